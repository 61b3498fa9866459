package web

import "strconv"

// LandingIndex lists landing pages.
type LandingIndex struct {
	Shell
	Name, Lead string
	Map        Link // to the same on the map; may be empty
	Groups     []LandingGroup
}

// LandingGroup is what stands under one heading, which leads to a page of its
// own if it has an address; the heading may be empty.
type LandingGroup struct {
	Heading LandingItem
	Items   []LandingItem
}

// LandingItem leads to one landing page.
type LandingItem struct {
	Label, URL, Definition string
	Count                  int // of its examples
}

// count is the number in words.
func (i LandingItem) count() string {
	switch i.Count {
	case 0:
		return "ingen eksempler endnu"
	case 1:
		return "1 eksempel"
	}
	return strconv.Itoa(i.Count) + " eksempler"
}
