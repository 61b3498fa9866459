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
