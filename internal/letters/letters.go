// Package letters composes the mails that decisions cause: the text of their
// kind, with values and addresses filled in.
package letters

import (
	"fmt"
	"maps"
	"net/url"
	"strings"

	"praksis/internal/catalogue"
	"praksis/internal/mail/texts"
	"praksis/internal/review"
	"praksis/web"

	"golang.org/x/net/idna"
)

// Letters composes the mails of one site.
type Letters struct {
	// Base is the address that visitors use, without a trailing slash:
	// "http://127.0.0.1:8080".
	Base string
}

// Compose makes subject and body of a letter. The error is
// catalogue.ErrNotFound when there is no mail of its kind.
func (l Letters) Compose(x review.Letter) (subject, body string, err error) {
	text, known := texts.Default(texts.Kind(x.Kind))
	if !known {
		return "", "", fmt.Errorf("mail of kind %q: %w", x.Kind, catalogue.ErrNotFound)
	}
	if x.Subject != "" {
		text = texts.Text{Subject: x.Subject, Body: x.Body}
	}
	values := map[string]string{}
	maps.Copy(values, x.Values)
	if x.Kind == review.MailReviewDue {
		values["url"] = l.Base + web.PathDeskReview
		values["link"] = values["url"]
	} else if x.Kind.ToDesk() {
		values["url"] = l.Base + web.DeskSubmissionPath(x.SubmissionID)
		if x.Kind == review.MailInquiryAnswered {
			values["url"] = l.Base + web.DeskInquiryPath(x.SubmissionID, x.Practice)
		}
		values["link"] = values["url"]
	} else if x.Kind == review.MailCheck || x.Kind == review.MailStillUsed {
		values["link"] = l.Base + catalogue.InquiryPath(x.Token)
	} else if x.Kind == review.MailFollow || x.Kind == review.MailDigest {
		values["link"] = l.Base + catalogue.FollowPath(x.Token)
		values["text"] = l.digest(x.Lists)
	} else if x.Kind == review.MailInvitation {
		values["link"] = l.Base + web.DeskInvitationPath(x.Token)
	} else if x.Kind == review.MailSavedForm {
		values["link"] = l.Base + catalogue.SavedFormPath(x.Token)
	} else {
		values["link"] = l.Base + catalogue.PathSubmit + "/" + x.Token
		if x.Practice != "" {
			values["url"] = l.Base + catalogue.PracticePath(x.Practice)
		}
	}
	subject, body = text.Fill(values)
	return subject, body, nil
}

// noHost ends the Message-IDs of a site that has no name of its own.
const noHost = "praksiskataloget.localhost"

// Host is what Message-IDs end with: the host's name, where it has one that is
// known elsewhere.
func (l Letters) Host() string {
	u, err := url.Parse(l.Base)
	if err != nil || strings.Contains(u.Hostname(), ":") || !strings.Contains(strings.Trim(u.Hostname(), "0123456789."), ".") {
		return noHost
	}
	// The headers of a mail are ASCII.
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil {
		return noHost
	}
	return host
}
