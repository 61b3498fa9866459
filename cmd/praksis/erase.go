package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"praksis/internal/catalogue"
	"praksis/internal/mail"
	"praksis/internal/postgres"
)

// eraseCmds are `praksis erase …` and `praksis erase replay`.
type eraseCmds struct {
	Now    eraseCmd       `cmd:"" default:"withargs" help:"Erase the contact data of a submission, a text, or all that was sent, at once."`
	Replay eraseReplayCmd `cmd:"" help:"Erase again from a restored database what was erased since it was copied."`
}

type eraseCmd struct {
	Of   string `arg:"" optional:"" help:"The submission's reference, such as ABCD-2345; with --text also the address of a practice; with --everywhere it may be left out."`
	Text string `help:"Erase this text, such as a name, wherever it stands in the submission or practice and what belongs to it." xor:"what"`
	// Everywhere goes with Text.
	Everywhere bool   `help:"With --text: erase it from all that the database holds, also from other submissions and practices, the vocabularies and their history, source documents, mail texts, and what is not sent yet."`
	All        bool   `help:"Erase all that was sent." xor:"what"`
	Reason     string `help:"Why; it is kept, and must not repeat the text."`
	Yes        bool   `help:"Do it. Without it, --text and --all only tell what would be erased."`
}

// Run erases at once: the contact data of a submission, a text, or all that was
// sent.
func (e *eraseCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		if err := c.forgetKeptMails(d); err != nil {
			return err
		}
		if err := e.erase(ctx, d.Store, time.Now().UTC()); err != nil {
			return fmt.Errorf("%s: %w", e.Of, err)
		}
		return nil
	})
}

// forgetKeptMails has mails go, too, that are kept in the data folder.
func (c *cli) forgetKeptMails(d *database) error {
	inbox := filepath.Join(c.Data, inboxFolder)
	if _, err := os.Stat(inbox); err != nil {
		return nil
	}
	kept, err := mail.NewInbox(mail.Identity{}, inbox)
	if err == nil {
		d.ForgetMails = kept.Forget
	}
	return err
}

func (e *eraseCmd) erase(ctx context.Context, s *postgres.Store, now time.Time) error {
	if e.Everywhere && e.Text == "" {
		return errors.New("--everywhere goes with --text")
	}
	if e.Of == "" && !e.Everywhere {
		return errors.New("say which submission, by its reference, or which practice, by its address")
	}
	if e.Text == "" && !e.All {
		if err := s.EraseContactByReference(ctx, e.Of, now); err != nil {
			return err
		}
		_, err := fmt.Printf("The contact data of %s are erased.\n", e.Of)
		return err
	}
	if e.Yes && e.Reason == "" {
		return errors.New("say why with --reason")
	}
	var id int64
	if e.Of != "" {
		var err error
		if id, err = s.SubmissionID(ctx, e.Of); err != nil && (e.All || !errors.Is(err, catalogue.ErrNotFound)) {
			return err
		}
	}
	if e.All {
		if !e.Yes {
			_, err := fmt.Printf("All that was sent with %s would be erased. Add --yes and --reason to do it.\n", e.Of)
			return err
		}
		if err := s.EraseSubmission(ctx, id, e.Reason, 0, now); err != nil {
			return err
		}
		_, err := fmt.Printf("All that was sent with %s is erased. %s\n", e.Of, outOfReach)
		return err
	}
	on := postgres.On{Submission: id}
	if id == 0 {
		on = postgres.On{Practice: e.Of}
	}
	erase, find := s.EraseText, s.FindText
	if e.Everywhere {
		erase, find = s.EraseTextEverywhere, s.FindTextEverywhere
	}
	var done postgres.Erasure
	var err error
	if e.Yes {
		done, err = erase(ctx, on, e.Text, e.Reason, 0, now)
	} else {
		done, err = find(ctx, on, e.Text, now)
	}
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(done.Places)) {
		fmt.Printf("%5d  %s\n", done.Places[table], table)
	}
	for _, table := range slices.Sorted(maps.Keys(done.Left)) {
		if e.Yes {
			fmt.Printf("%5d  %s: of something else, not erased\n", done.Left[table], table)
		}
	}
	if done.Attachments > 0 {
		fmt.Printf("%5d  attachments were not looked into: an editor does it at the desk\n", done.Attachments)
	}
	if e.Yes {
		fmt.Println("Erased. " + outOfReach)
	} else {
		fmt.Println("Nothing was erased. Add --yes and --reason to do it.")
	}
	return nil
}

const outOfReach = "Mails that were sent are out of reach, and so are backups: from one that is restored it is erased again (`praksis erase replay`)."
