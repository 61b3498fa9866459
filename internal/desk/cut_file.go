package desk

import (
	"bytes"
	"context"
	"crypto/rand"
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
	// fieldNotCPR says that ten digits in the document are no CPR number.
	fieldNotCPR = "ikke-cpr"
	// queryCut of the page's address says that the document has come just now.
	queryCut = "delt"
	// maxUpload is one file, with what a form puts around it.
	maxUpload = intake.MaxSize + 1<<20
)

// cutFile takes the file that is to be cut. It is kept for the drafts, and its text
// is kept as what an editor types is.
func (d *Desk) cutFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	name, content, notCPR, err := uploadedFile(r)
	again := func(err *intake.Error) error {
		return d.showCut(w, r, http.StatusUnprocessableEntity, cutForm{page: rand.Text(), fault: err.Message, faultAt: fieldFile, notCPR: notCPR, digits: notCPR || err == intake.ErrDigits}, "")
	}
	if err != nil {
		return again(&intake.Error{Message: "Vælg en fil først."})
	}
	a, o, err := d.readCutFile(ctx, name, content, notCPR)
	if e, ok := errors.AsType[*intake.Error](err); ok {
		return again(e)
	}
	if err != nil {
		return err
	}
	f := newCut(o, a.Name, d.words(d.index.Taxonomy()))
	f.source, f.notCPR = sourceKept, a.Digits
	if !a.TextRead {
		f.told = append(f.told, "Filen er ikke gennemset i sin helhed. Der kan stå mere i den.")
	}
	if len(f.cut.Pieces) == 0 {
		return again(&intake.Error{Message: "Der er ingen tekst i filen, som vi kan læse. Er den scannet, så skriv teksten ind i stedet."})
	}
	if err := d.store.KeepFile(ctx, f.page, httpx.Client(r), a, d.now()); err != nil {
		if !errors.Is(err, postgres.ErrNoRoom) {
			return err
		}
		f.source = ""
		f.told = append(f.told, "Der er ikke plads til at gemme filen lige nu. Kladderne bliver lavet uden den.")
	}
	_, e := d.auth.At(ctx)
	if _, err := d.keep(ctx, e.ID, deskForm{path: pathCut}, f.values(), f.notCPR); err != nil {
		if refused, ok := errors.AsType[*review.RefusedError](err); ok && len(refused.Faults) > 0 {
			return again(&intake.Error{Message: refused.Faults[0].Message})
		}
		return err
	}
	return seeOther(w, r, pathCut+"?"+url.Values{fieldPage: {f.page}, queryCut: {""}}.Encode())
}

// uploadedFile is the file of a posted form, with the declaration that stands before it.
func uploadedFile(r *http.Request) (name string, content []byte, notCPR bool, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, false, err
	}
	for {
		p, err := parts.NextPart()
		if err != nil {
			return "", nil, notCPR, err
		}
		if p.FormName() == fieldNotCPR {
			notCPR = true
		}
		if p.FormName() != fieldFile || p.FileName() == "" {
			continue
		}
		content, err = io.ReadAll(io.LimitReader(p, intake.MaxSize+1))
		return p.FileName(), content, notCPR, err
	}
}

// readCutFile looks at a file as at one that a visitor sends, and reads its
// paragraphs.
func (d *Desk) readCutFile(ctx context.Context, name string, content []byte, notCPR bool) (a postgres.NewAttachment, o intake.Outline, err error) {
	in, size := bytes.NewReader(content), int64(len(content))
	c, err := intake.Check(ctx, in, size, name, notCPR, d.Clamd)
	if err != nil {
		return a, o, err
	}
	if c.ScanError != nil {
		d.errors.Log.ErrorContext(ctx, "a file could not be scanned", "error", c.ScanError)
	}
	if o, err = intake.Blocks(in, size, c.File); err != nil {
		return a, o, err
	}
	return postgres.NewAttachment{Name: c.Name, Type: c.Type, Size: c.Size, SHA256: c.SHA256, TextRead: c.TextRead && o.Whole, Scanned: c.ScanResult(), Notes: c.Notes, Digits: c.Digits,
		Open: c.Open(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil })}, o, nil
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
	f := newCut(o, a.Name, d.words(d.index.Taxonomy()))
	f.source, f.notCPR = publicID, a.Digits
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
	return d.readCutFile(ctx, x.Name, b.Bytes(), x.Digits)
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

// tellKept says how long the file that was cut waits for the drafts.
func (d *Desk) tellKept(ctx context.Context, f cutForm) (string, error) {
	if f.source != sourceKept {
		return "", nil
	}
	list, err := d.store.KeptFiles(ctx, f.page, true, d.now())
	if err != nil || len(list) == 0 {
		return "Filen er ikke gemt mere. Kladderne bliver lavet uden den. Vælg den igen, hvis den skal følge med.", err
	}
	return "Filen følger med kladderne. Vi gemmer den til " + catalogue.DanishTime(list[0].EraseAt) + ". Derefter bliver kladderne lavet uden den.", nil
}
