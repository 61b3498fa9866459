// Package licences holds what the program and its pages are made of besides our own
// work, and the licences of that with their texts.
package licences

import _ "embed" // licences.txt

// Text is for readers: a table, and each text once. internal/licences/generate makes it.
//
//go:embed licences.txt
var Text string
