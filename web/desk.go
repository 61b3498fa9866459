package web

import (
	"regexp"
	"strconv"

	"github.com/a-h/templ"
)

// deskDraftForm is the ID of the form of a draft.
const deskDraftForm = "redigering"

// session tells the script when the session ends, and how to go on with it.
func (d Desk) session() templ.Attributes {
	if d.Session == nil {
		return nil
	}
	return templ.Attributes{"data-session": strconv.Itoa(d.Session.Seconds), "data-extend": PathDesk + "/forlaeng"}
}

// opened tells whether a folded part has something in it.
func opened(fields []Field) bool {
	for _, f := range fields {
		if f.Error != "" || f.Value != "" {
			return true
		}
	}
	return false
}

// existsOpen: something was chosen or typed there.
func (v DeskSubmission) existsOpen() bool { return opened(v.Exists) || v.SimilarPick != "" }

// keeps has what is typed kept, where one types; before the last word one is only
// asked before leaving.
func (v DeskErase) keeps() templ.Attributes {
	if v.Confirm {
		return templ.Attributes{"data-unsaved": true}
	}
	return templ.Attributes{"data-keep": v.Keep, "data-unsaved": v.Dirty}
}

// ChooseSaved and ChooseTyped are the values of a DeskChoice's field.
const ChooseSaved, ChooseTyped = "gemt", "min"

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// id is that of one side of the choice.
func (c DeskChoice) id(value string) string {
	return notInID.ReplaceAllString(c.Name, "-") + "-" + value
}

// says is one side's text.
func (b DeskBoth) says(value string) string {
	if value == ChooseSaved {
		return b.Saved
	}
	return b.Typed
}
