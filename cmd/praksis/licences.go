package main

import (
	"io"
	"os"

	"praksis/internal/licences"
)

type licencesCmd struct{}

// Run prints what others have made that is in the program and its pages.
func (licencesCmd) Run() error {
	_, err := io.WriteString(os.Stdout, licences.Text)
	return err
}
