package web

import "html"

// Embed is an example or a list for other sites to frame. Its path is that of the
// page which it stands for.
type Embed struct {
	Shell
	Hits []Hit
	// Alone says that the page is one example, whose card has the title already.
	Alone bool
	Note  string // instead of hits; may be empty
	More  Link
}

// EmbedHelp tells how to frame an example or a list.
type EmbedHelp struct {
	Shell
	What   Link   // the page itself
	Part   string // how much of it is shown, in Danish; empty for all
	Framed string // path of the same for framing
	Code   string // HTML to copy
}

// FrameCode is the HTML that shows an address in a frame with a title.
func FrameCode(address, title string) string {
	return `<iframe src="` + html.EscapeString(address) + `" title="` + html.EscapeString("Praksiskataloget: "+title) + `" width="100%" height="600" loading="lazy"></iframe>`
}
