package main

import "praksis/internal/catalogue"

// texts are the parts of a practice that the other side searches: the same
// that our index does, in the same three weights.
func texts(p *catalogue.Practice) (title string, head, body []string) {
	for v := range p.Values() {
		switch texts := v.IndexTexts(); v.Index {
		case catalogue.IndexTitle:
			title = texts[0]
		case catalogue.IndexHead, catalogue.IndexWho:
			head = append(head, texts...)
		case catalogue.IndexBody, catalogue.IndexSource:
			body = append(body, texts...)
		}
	}
	return title, head, body
}
