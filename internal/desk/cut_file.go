package desk

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/url"

	"praksis/internal/catalogue"
	"praksis/internal/httpx"
	"praksis/internal/intake"
	"praksis/internal/postgres"
	"praksis/internal/review"
)

const (
	pathFile = "/fil"
	// maxUpload is one file, with what a form puts around it.
	maxUpload = intake.MaxSize + 1<<20
)

// cutFile takes the file that is to be cut. It is kept for the drafts, and its text
// is kept as what an editor types is.
func (d *Desk) cutFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	again := func(message string) error {
		return d.showCut(w, r, http.StatusUnprocessableEntity, cutForm{page: rand.Text(), fault: message, faultAt: fieldFile}, "")
	}
	name, content, err := uploadedFile(r)
	if err != nil {
		return again("Vælg en fil først.")
	}
	a, o, err := d.readCutFile(ctx, name, content)
	if e, ok := errors.AsType[*intake.Error](err); ok {
		return again(e.Message)
	}
	if err != nil {
		return err
	}
	f := newCut(o, a.Name, d.index.Taxonomy())
	f.source = sourceKept
	if !a.TextRead {
		f.told = append(f.told, "Filen er ikke gennemset i sin helhed. Der kan stå mere i den.")
	}
	if len(f.cut.Pieces) == 0 {
		return again("Der er ingen tekst i filen, som vi kan læse. Er den scannet, så skriv teksten ind i stedet.")
	}
	if err := d.store.KeepFile(ctx, f.page, httpx.Client(r), a, d.now()); err != nil {
		if !errors.Is(err, postgres.ErrNoRoom) {
			return err
		}
		f.source = ""
		f.told = append(f.told, "Der er ikke plads til at gemme filen lige nu. Kladderne bliver lavet uden den.")
	}
	_, e := d.auth.At(ctx)
	if _, err := d.keep(ctx, e.ID, deskForm{path: pathCut}, f.values(), false); err != nil {
		if refused, ok := errors.AsType[*review.RefusedError](err); ok && len(refused.Faults) > 0 {
			return again(refused.Faults[0].Message)
		}
		return err
	}
	return seeOther(w, r, pathCut+"?"+url.Values{fieldPage: {f.page}}.Encode())
}

// uploadedFile is the file of a posted form.
func uploadedFile(r *http.Request) (name string, content []byte, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, err
	}
	for {
		p, err := parts.NextPart()
		if err != nil {
			return "", nil, err
		}
		if p.FormName() != fieldFile || p.FileName() == "" {
			continue
		}
		content, err = io.ReadAll(io.LimitReader(p, intake.MaxSize+1))
		return p.FileName(), content, err
	}
}

// readCutFile looks at a file as at one that a visitor sends, and reads its
// paragraphs.
func (d *Desk) readCutFile(ctx context.Context, name string, content []byte) (a postgres.NewAttachment, o intake.Outline, err error) {
	refuse := func(message string) error { return &intake.Error{Message: message} }
	if review.HoldsCPR(name) {
		return a, o, refuse("Filens navn ser ud til at have et CPR-nummer. Giv filen et andet navn.")
	}
	in, size := bytes.NewReader(content), int64(len(content))
	kind, err := intake.Recognise(in, size, name)
	if err != nil {
		return a, o, err
	}
	text, read, err := intake.Text(in, size, kind)
	if err != nil {
		return a, o, err
	}
	for _, w := range intake.CheckText(text, false) {
		if w.Blocks {
			return a, o, refuse("Der står noget i filen, der ligner et CPR-nummer. Fjern det, og vælg filen igen. Vi har ikke gemt den.")
		}
	}
	if o, err = intake.Blocks(in, size, kind); err != nil {
		return a, o, err
	}
	if kind.Changed {
		if content, err = intake.Kept(in, size, kind); err != nil {
			return a, o, err
		}
	}
	a = postgres.NewAttachment{Name: kind.Name, Type: kind.Type, Size: int64(len(content)), SHA256: sha256.Sum256(content), TextRead: read && o.Whole, Notes: kind.Notes,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
	if d.Clamd != "" {
		err := intake.Scan(ctx, d.Clamd, in)
		if _, refused := errors.AsType[*intake.Error](err); refused {
			return a, o, err
		} else if err != nil {
			d.errors.Log.ErrorContext(ctx, "a file could not be scanned", "error", err)
		} else {
			a.Scanned = "clean"
		}
	}
	return a, o, nil
}

// cutAttachment cuts an attachment of a submission.
func (d *Desk) cutAttachment(ctx context.Context, publicID string) (cutForm, error) {
	if len(publicID) != 36 {
		return cutForm{}, catalogue.ErrNotFound
	}
	a, o, err := d.attached(ctx, publicID)
	if err != nil {
		return cutForm{}, err
	}
	f := newCut(o, a.Name, d.index.Taxonomy())
	f.source = publicID
	return f, nil
}

func (d *Desk) attached(ctx context.Context, publicID string) (a postgres.NewAttachment, o intake.Outline, err error) {
	x, _, err := d.store.AttachmentByID(ctx, publicID)
	if err != nil {
		return a, o, err
	}
	var b bytes.Buffer
	if err := d.store.WriteAttachment(ctx, publicID, &b); err != nil {
		return a, o, err
	}
	return d.readCutFile(ctx, x.Name, b.Bytes())
}

// cutFiles are the file that the drafts are made from, kept under the form's key; none
// where it is not there any more.
func (d *Desk) cutFiles(ctx context.Context, f cutForm, key string) ([]postgres.NewAttachment, error) {
	switch f.source {
	case "":
		return nil, nil
	case sourceKept:
		return d.store.KeptContents(ctx, key, d.now())
	}
	a, _, err := d.attached(ctx, f.source)
	if errors.Is(err, catalogue.ErrNotFound) {
		return nil, nil
	}
	return []postgres.NewAttachment{a}, err
}
