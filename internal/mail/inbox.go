package mail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Inbox is a folder that mails land in when there is no mail server: one file
// each, readable at /dev/post. It is for a run on loopback only. The same mail
// a second time is the same file.
type Inbox struct {
	identity Identity
	dir      string
}

// NewInbox makes the folder.
func NewInbox(id Identity, dir string) (*Inbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Inbox{id, dir}, nil
}

const suffix = ".eml"

// Send keeps the mail, and returns when it is safe on the disk.
func (b *Inbox) Send(_ context.Context, m Message) error {
	msg, err := b.identity.compose(m)
	if err != nil {
		return err
	}
	raw, err := source(msg)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(b.dir, "new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // when it has not got its name
	_, err = f.Write(raw)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), b.file(m.ID)); err != nil {
		return err
	}
	d, err := os.Open(b.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Forget deletes the mails with the Message-IDs, without angle brackets. What is
// not there is no error.
func (b *Inbox) Forget(ids []string) (err error) {
	for _, id := range ids {
		if gone := os.Remove(b.file(id)); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// file is where the mail with a Message-ID is kept.
func (b *Inbox) file(id string) string {
	h := sha256.Sum256([]byte(id))
	return filepath.Join(b.dir, hex.EncodeToString(h[:16])+suffix)
}

// Letter is a mail in the inbox.
type Letter struct {
	Name                         string // of its address under /dev/post
	From, To, Subject, MessageID string
	Date                         time.Time
	Text                         string // the plain one
}

// Letters are the mails in the inbox, newest first, to one address or to all.
func (b *Inbox) Letters(to string) ([]Letter, error) {
	files, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, err
	}
	var list []Letter
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), suffix)
		if !ok {
			continue
		}
		l, err := b.letter(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if to == "" || l.To == to {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b Letter) int { return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Name, b.Name)) })
	return list, nil
}

func (b *Inbox) source(name string) ([]byte, error) {
	if raw, err := hex.DecodeString(name); err != nil || len(raw) != 16 {
		return nil, fs.ErrNotExist
	}
	return os.ReadFile(filepath.Join(b.dir, strings.ToLower(name)+suffix))
}

func (b *Inbox) letter(name string) (Letter, error) {
	source, err := b.source(name)
	if err != nil {
		return Letter{}, err
	}
	m, err := mail.ReadMessage(bytes.NewReader(source))
	if err != nil {
		return Letter{}, fmt.Errorf("%s: %w", name, err)
	}
	header := func(key string) string {
		words, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(key))
		if err != nil {
			return m.Header.Get(key)
		}
		return words
	}
	l := Letter{Name: name, From: header("From"), To: header("To"), Subject: header("Subject"), MessageID: strings.Trim(m.Header.Get("Message-ID"), "<>")}
	if a, err := mail.ParseAddress(m.Header.Get("To")); err == nil {
		l.To = a.Address
	}
	l.Date, _ = m.Header.Date()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return l, fmt.Errorf("%s: %w", name, err)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextPart() // plain is the first
	if err != nil {
		return l, fmt.Errorf("%s: %w", name, err)
	}
	text, err := io.ReadAll(part)
	l.Text = strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n"))
	return l, err
}
