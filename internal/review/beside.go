package review

import (
	"path"
	"slices"
	"strings"
)

// What is looked for beside a form: fields of the warnings.
const (
	FieldFileName = "attachment.name"
	FieldFileText = "attachment.text"
	FieldAnswer   = "answer"
)

// FileWarnings are what the name of a submission's file and the words on it may give
// away about persons, as Warnings of the form. CPR numbers are no part of them: a
// file is not taken with one.
func FileWarnings(s *Submission, name, words string) []Warning {
	d := newDetector(s)
	// A name is often written with other signs between its words.
	d.examine(fieldText{FieldFileName, inName.Replace(strings.TrimSuffix(name, path.Ext(name))), title})
	d.examine(fieldText{FieldFileText, words, prose})
	return slices.DeleteFunc(d.warnings, func(w Warning) bool { return w.Kind == WarnCPR || w.Kind == WarnDigits })
}

var inName = strings.NewReplacer("_", " ")

// AnswerWarnings are what an answer to the desk may give away about persons, as
// Warnings of the form. notCPR passes ten bare digits, as Submission.NotCPR.
func AnswerWarnings(s *Submission, text string, notCPR bool) []Warning {
	d := newDetector(s)
	d.notCPR = notCPR
	d.examine(fieldText{FieldAnswer, text, prose})
	return d.warnings
}
