package web

import "strconv"

// DeskItemRow is an item in a list of the vocabulary desk.
type DeskItemRow struct {
	Link
	Note  string
	State string // that it is not used any more, and why; empty while it is
	Level int    // in a tree, 0 at the top
}

// level is the class that sets a row in below its parent.
func (r DeskItemRow) level() string {
	return [...]string{"", "desk__below", "desk__below desk__below--2", "desk__below desk__below--3"}[min(r.Level, 3)]
}

// DeskVocabulary is where the vocabulary desk begins.
type DeskVocabulary struct {
	Desk
	Rows  []DeskItemRow
	Links []Link
}

// DeskItems lists the items of a noun.
type DeskItems struct {
	Desk
	Lead   string
	Add    Link   // may be empty
	Action string // of the search
	Query  string
	All    bool // also those that are not used any more
	Toggle Link
	Found  string
	Rows   []DeskItemRow
	Pages  []Link
}

// DeskItemMerge is the form that merges an item into another one.
type DeskItemMerge struct {
	Hidden []Hidden
	Field  Field
}

// DeskTrial is what a word finds before a rule of the thesaurus and after it.
type DeskTrial struct {
	Word, Before, After  string // without After, the rule is not whole yet
	More, NearMore       string // how many come and go, of those that count and of those that resemble
	Gained, Lost         []Link // some of those that count
	NearGained, NearLost []Link // some of those that resemble
	Broad                string // a warning
}

// DeskNearWords proposes words of the catalogue for a rule of the thesaurus.
type DeskNearWords struct {
	Word  string // that people search for
	Words []DeskNearWord
}

// DeskNearWord is one of them, with what the two buttons are pressed with: that it means
// the same, and that it is related.
type DeskNearWord struct{ Word, Found, Means, Finds string }

// DeskItem is one item with its form, who uses it, and what can be done with it.
type DeskItem struct {
	Desk
	Noun               string // what it is, as "målgruppe"
	Action, Keep, Save string
	Show               string // the button that shows what it changes; empty: there is none
	Hidden             []Hidden
	Fields             []Field
	Facts              []Fact // what is fixed
	Kept               *DeskKept
	Stale              *DeskStale
	Dirty              bool // what the form says is not saved
	Gone               string
	Successor          Link
	Public             Link   // may be empty
	HasUses            bool   // it is told who uses it
	Uses, Users        []Link // practices, and other items
	RetagURL           string
	Merge              *DeskItemMerge
	Retire, Revive     *DeskPost
	CannotRetire       string
	RetireHint         string // what retiring does
	EventsURL          string
	Trials             []DeskTrial
	Alike              *DeskNearWords // in the form; may be nil
	PagePreview        string         // HTML
}

// DeskVocabularyEvents is what was done to the vocabularies.
type DeskVocabularyEvents struct {
	Desk
	Of     Link // the item whose events they are; may be empty
	Events []DeskVocabularyEvent
	Older  string // address; empty: there are none
}

// DeskVocabularyEvent is one line of it. Of Changes the texts are those before and after.
type DeskVocabularyEvent struct {
	What, When, Who, State, More string
	Link                         Link
	Changes                      []DeskBoth
	Undo                         *DeskPost
}

// DeskRetag asks what to retag, and shows what that does.
type DeskRetag struct {
	Desk
	Action  string
	Finder  Link
	Notice  string
	Fields  []Field
	Preview bool
	Found   string // what is found, and what is done
	Change  string // how many change
	Same    string // how many do not
	Rows    []DeskRetagRow
	Blocked []DeskRetagRow
	Hidden  []Hidden
}

// DeskRetagRow is one practice, with its fields before and after.
type DeskRetagRow struct {
	Link
	Pick     DeskPick // whether it is to change; without a name where it cannot
	Both     []DeskBoth
	Obstacle string
}

// DeskPick is a checkbox beside a row.
type DeskPick struct {
	ID, Name, Value string
	Chosen          bool
}

// usesLabel says how many practices use an item.
func usesLabel(n int) string {
	if n == 1 {
		return "1 eksempel"
	}
	return strconv.Itoa(n) + " eksempler"
}

// usersLabel says how many other items have to do with an item.
func usersLabel(n int) string { return strconv.Itoa(n) + " andre i ordforrådet" }

// trialHeading is over what words find.
func trialHeading(trials []DeskTrial) string {
	if len(trials) > 0 && trials[0].Before != "" && trials[0].After == "" {
		return "Det finder søgningen nu"
	}
	return "Det ændrer reglen"
}
