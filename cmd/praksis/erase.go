package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

type eraseCmd struct {
	Reference string `arg:"" help:"The submission's reference, such as ABCD-2345."`
}

// Run erases the contact data of a submission at once. What was sent, and the
// secret link, stay.
func (e *eraseCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		if err := d.EraseContactByReference(ctx, e.Reference, time.Now().UTC()); err != nil {
			return fmt.Errorf("%s: %w", e.Reference, err)
		}
		_, err := fmt.Fprintf(os.Stdout, "The contact data of %s are erased.\n", e.Reference)
		return err
	})
}

// eraseTextCmd takes a text out of a practice for good.
type eraseTextCmd struct {
	Slug   string `arg:"" help:"The last part of the practice's address."`
	Text   string `arg:"" help:"What is to go, such as a name, letter by letter."`
	Reason string `required:"" help:"Why, without repeating the text. It is kept."`
}

// Run erases the text from every revision of the practice, from what was sent of
// it, and from what the public sees.
func (e *eraseTextCmd) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		n, err := d.EraseFromPractice(ctx, e.Slug, e.Text, e.Reason, time.Now().UTC())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(os.Stdout, "Erased from %d records.\n", n)
		return err
	})
}
