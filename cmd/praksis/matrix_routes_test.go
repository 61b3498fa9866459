package main

import (
	"net/url"

	"praksis/internal/review"
)

// sort is by which rule a route answers whom.
type sort string

const (
	// public is the same for everybody, byte for byte, and sets no cookie.
	public sort = "public"
	// link is for whoever has the secret link, and for nobody by anything else.
	link sort = "link"
	// cookie is for the browser that has a shortlist, and for nobody by anything else.
	cookie sort = "cookie"
	// form takes what anybody types. It may set the cookie of a shortlist.
	form sort = "form"
	// atTheDesk is for who is signed in, as far as their role may.
	atTheDesk sort = "desk"
	// signIn is a step of the sign-in, for each as far as they have come.
	signIn sort = "sign-in"
	// machine tells other machines how we are.
	machine sort = "machine"
)

// row is what a route answers. Its columns are the visitors, whom the sort of the route
// divides; its cells are the states of what stands in its address.
type row struct {
	sort sort
	// of is the kind of thing that stands in the address; empty where there is none.
	of string
	// want says the status by state: "sent asked 200, * 404". Of a sign-in and of a
	// shortlist by cookie it is by visitor. A status may be several: "303/422".
	want string
	// may is the action that the role must allow; empty: every role. It holds for what is
	// posted, and for what is read where hidden is set.
	may    review.Action
	hidden bool
	// query and post go along.
	query string
	post  url.Values
	// last is of what ends a thing or a session: it is posted when all else has been asked.
	last bool
	// dated is of a file that says when it was made.
	dated bool
}

func read(want string) row             { return row{sort: public, want: want} }
func readOf(of, want string) row       { return row{sort: public, of: of, want: want} }
func byLink(of, want string) row       { return row{sort: link, of: of, want: want} }
func byCookie(want string) row         { return row{sort: cookie, of: "cookie", want: want} }
func atDesk(of, want string) row       { return row{sort: atTheDesk, of: of, want: want} }
func typed(want string) row            { return row{sort: form, want: want, post: url.Values{}} }
func (r row) asking(q string) row      { r.query = q; return r }
func (r row) only(a review.Action) row { r.may = a; return r }
func (r row) unseen() row              { r.hidden = true; return r }
func (r row) ending() row              { r.last = true; return r }
func (r row) posting(pairs ...string) row {
	r.post = url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		r.post.Add(pairs[i], pairs[i+1])
	}
	return r
}

// What the states of things come to, where it is the same for several routes.
const (
	// aPractice has a page while it is published and where it was withdrawn, is gone where
	// it was removed, and leads on where it was merged.
	aPractice = "published new withdrawn 200, removed 410, merged 301, * 404"
	// anEmbedded has nothing to say of what was withdrawn.
	anEmbedded = "published new 200, withdrawn removed 410, merged 301, * 404"
	// aSubmission is there for the desk whatever became of it.
	aSubmission = "missing wrong 404, * 200"
	// aReceipt is there for whoever has its link whatever became of it.
	aReceipt = "sent asked declined withdrawn published erased 200, * 404"
	// notErased is there until its content is erased.
	notErased = "missing wrong erased 404, * 200"
	aFollow   = "confirmed ordered 200, * 404"
	aMap      = "own edit read 200, * 404"
	there     = "there 200, * 404"
	inDesk    = "draft missing 404, * 200"
	posted    = "303/400/409/422"
)

// matrix has a row for every route.
// A third word is a further way to ask: of what is not to be read, or the button that is
// pressed.
var matrix = map[string]row{
	// What everybody reads.
	"GET /":                             read("200"),
	"GET /eksempler":                    read("200"),
	"GET /eksempler.json":               read("200"),
	"GET /eksempler.atom":               read("200"),
	"GET /eksempler.csv":                read("200"),
	"GET /eksempler.jsonl":              read("200"),
	"GET /eksempler.xlsx":               {sort: public, want: "200", dated: true},
	"GET /eksempler.docx":               read("200"),
	"GET /eksempler/{slug}":             readOf("practice", aPractice),
	"GET /eksempler/{slug}/aendringer":  readOf("practice", aPractice),
	"GET /indlejr":                      read("200"),
	"GET /indlejr/eksempler":            read("200"),
	"GET /indlejr/eksempler/{slug}":     readOf("practice", anEmbedded),
	"GET /sammenlign":                   read("200").asking("eksempel={published}"),
	"GET /sammenlign removed":           read("200").asking("eksempel={removed}&eksempel={published}"),
	"GET /sammenlign withdrawn":         read("200").asking("eksempel={published}&eksempel={withdrawn}"),
	"GET /moedeoplaeg removed":          read("200").asking("eksempel={removed}&eksempel={published}"),
	"GET /indlejr removed":              read("410").asking("eksempel={removed}"),
	"GET /indlejr draft":                read("404").asking("eksempel={draft}"),
	"GET /indsend/tip removed":          typed("200").asking("om={removed}"),
	"GET /indsend/tip draft":            typed("200").asking("om={draft}"),
	"GET /indsend/ligner draft":         typed("200").asking("q=telefonk%C3%A6de+hemmelig+sent"),
	"GET /eksempler draft":              read("200").asking("q=telefonk%C3%A6de"),
	"GET /eksempler.json draft":         read("200").asking("q=telefonk%C3%A6de"),
	"GET /forslag draft":                read("200").asking("q=telefonk%C3%A6de"),
	"GET /mappe/vaelg":                  read("200"),
	"GET /moedeoplaeg":                  read("200").asking("eksempel={published}"),
	"GET /moedeoplaeg.docx":             read("200").asking("eksempel={published}"),
	"GET /forslag":                      read("200"),
	"GET /overblik":                     read("200"),
	"GET /kontraster":                   read("200"),
	"GET /mangler":                      read("200"),
	"GET /kort":                         read("200"),
	"GET /loesninger":                   read("200"),
	"GET /loesninger/{slug}":            readOf("loesning", there),
	"GET /maalgrupper":                  read("200"),
	"GET /maalgrupper/{slug}":           readOf("maalgruppe", there),
	"GET /kontaktformer":                read("200"),
	"GET /kontaktformer/{slug}":         readOf("kontaktform", there),
	"GET /temaer":                       read("200"),
	"GET /temaer/{slug}":                readOf("tema", there),
	"GET /perspektiver":                 read("200"),
	"GET /perspektiver/{slug}":          readOf("perspektiv", there),
	"GET /kommuner":                     read("200"),
	"GET /kommuner/{slug}":              readOf("kommune", there),
	"GET /regioner":                     read("200"),
	"GET /regioner/{slug}":              readOf("region", there),
	"GET /aktoerer/{slug}":              readOf("aktoer", there),
	"GET /om":                           read("200"),
	"GET /kom-i-gang":                   read("200"),
	"GET /kom-i-gang/{role}":            readOf("first day", there),
	"GET /tilgaengelighed":              read("200"),
	"GET /was":                          read("302"),
	"GET /privatliv":                    read("200"),
	"GET /tjekliste":                    read("200"),
	"GET /naeste-gang":                  read("200"),
	"GET /status":                       read("200"),
	"GET /skabelon.docx":                read("200"),
	"GET /skabelon.odt":                 read("200"),
	"GET /dcat.ttl":                     read("200"),
	"GET /skos/{name}.ttl":              readOf("vocabulary", there),
	"GET /sitemap.xml":                  read("200"),
	"GET /sitemap/sider.xml":            read("200"),
	"GET /sitemap/eksempler-{file}.xml": readOf("sitemap", there),
	"GET /opensearch.xml":               read("200"),
	"GET /robots.txt":                   read("200"),
	"GET /favicon.ico":                  read("302"),
	"GET /static/*":                     readOf("file", there),
	"GET /healthz":                      {sort: machine, want: "200"},
	"GET /readyz":                       {sort: machine, want: "200"},

	// The API.
	"GET /api":                        read("200"),
	"GET /api/v1/practices":           read("200"),
	"GET /api/v1/practices/{slug}":    readOf("practice", "published new withdrawn 200, removed 410, merged 308, * 404"),
	"GET /api/v1/findings":            read("200"),
	"GET /api/v1/solutions":           read("200"),
	"GET /api/v1/vocabularies":        read("200"),
	"GET /api/v1/vocabularies/{name}": readOf("facet", there),
	"GET /api/v1/organisations":       read("200"),
	"GET /api/v1/overview":            read("200"),
	"GET /api/v1/contrasts":           read("200"),
	"GET /api/v1/openapi.json":        read("200"),
	"GET /api/v1/bulk.jsonl":          read("200"),
	"GET /api/v1/bulk.jsonl.gz":       read("200"),

	// Sending in.
	"GET /indsend":              typed("200"),
	"GET /indsend/ligner":       typed("200"),
	"GET /indsend/tip":          typed("200"),
	"GET /indsend/kort":         typed("200"),
	"GET /indsend/skabelon":     typed("200"),
	"GET /indsend/spoergsmaal":  typed("200"),
	"GET /indsend/tjek":         typed("303"),
	"GET /indsend/send":         typed("303"),
	"GET /indsend/gem":          typed("303"),
	"POST /indsend/tip":         typed("200").posting("kind", "tip", "key", "en-formular-0123456789"),
	"POST /indsend/kort":        typed("200").posting("kind", "kort", "key", "en-formular-0123456789"),
	"POST /indsend/skabelon":    typed("200").posting("kind", "skabelon", "key", "en-formular-0123456789"),
	"POST /indsend/spoergsmaal": typed("200").posting("kind", "spoergsmaal", "key", "en-formular-0123456789"),
	"POST /indsend/tjek":        typed("422").posting("kind", "kort", "key", "en-formular-0123456789"),
	"POST /indsend/send":        typed("400").posting("kind", "kort", "key", "en-formular-0123456789"),
	"POST /indsend/gem":         typed("422").posting("kind", "kort", "key", "en-formular-0123456789"),

	"GET /indsend/{token}":                byLink("receipt", aReceipt),
	"GET /indsend/{token}/svar":           byLink("receipt", "wrong 404, * 303"),
	"GET /indsend/{token}/mailadresse":    byLink("receipt", "wrong 404, * 303"),
	"GET /indsend/{token}/vent":           byLink("receipt", "wrong 404, * 303"),
	"GET /indsend/{token}/ret":            byLink("receipt", "sent asked 200, declined withdrawn published erased 303, * 404"),
	"GET /indsend/{token}/traek-tilbage":  byLink("receipt", aReceipt),
	"GET /indsend/{token}/slet-kontakt":   byLink("receipt", aReceipt),
	"POST /indsend/{token}/svar":          byLink("receipt", "sent asked declined withdrawn published erased 303/422, * 404"),
	"POST /indsend/{token}/mailadresse":   byLink("receipt", "sent asked declined withdrawn published erased 303/422, * 404"),
	"POST /indsend/{token}/vent":          byLink("receipt", "sent asked declined withdrawn published erased 303, * 404").ending(),
	"POST /indsend/{token}/ret":           byLink("receipt", "sent asked 422, declined withdrawn published erased 409, * 404"),
	"POST /indsend/{token}/traek-tilbage": byLink("receipt", "sent asked declined withdrawn published erased 303, * 404").ending(),
	"POST /indsend/{token}/slet-kontakt":  byLink("receipt", "sent asked declined withdrawn published erased 303, * 404").ending(),
	"GET /indsend/kladde/{token}":         byLink("saved", "kept 200, * 404"),
	"GET /indsend/kladde/{token}/slet":    byLink("saved", "kept 200, * 404"),
	"POST /indsend/kladde/{token}/slet":   byLink("saved", "wrong 404, * 200").ending(),
	"GET /tjek/{token}":                   byLink("inquiry", "open 200, expired 410, * 404"),
	"GET /tjek/{token}/side":              byLink("inquiry", "open 200, expired 303, * 404"),
	"POST /tjek/{token}":                  byLink("inquiry", "open 303/422, expired 409, * 404"),

	// Following.
	"GET /foelg":               read("200"),
	"GET /foelg/sendt":         typed("200"),
	"POST /foelg":              typed("422"),
	"GET /foelg/{token}":       byLink("follower", aFollow),
	"POST /foelg/{token}":      byLink("follower", "confirmed 303, * 404").posting("handling", "gem", "hyppighed", "ugentligt", "liste", "1"),
	"GET /foelg/{token}/stop":  byLink("follower", aFollow),
	"POST /foelg/{token}/stop": byLink("follower", "wrong 404, * 200").ending(),

	// The shortlist.
	"GET /mappe":                     byCookie("* 200"),
	"GET /mappe/ret":                 byCookie("* 303"),
	"GET /mappe/luk":                 byCookie("* 303"),
	"GET /mappe/brug":                byCookie("* 303"),
	"GET /mappe/oplaeg":              byCookie("own other edit 200, * 404"),
	"GET /mappe/oplaeg.docx":         byCookie("own other edit 200, * 404"),
	"GET /mappe/udgave/{n}":          byCookie("own other edit 303/200, * 404"),
	"GET /mappe/slet":                byCookie("own other 200, edit 403, * 404"),
	"POST /mappe":                    byCookie("* 422"),
	"POST /mappe/ret":                byCookie("own other edit 303/409, * 404"),
	"POST /mappe/luk":                byCookie("own other edit 404/303, * 404").posting("link", "999999"),
	"POST /mappe/brug":               byCookie("* 404/303"),
	"POST /mappe/slet":               byCookie("own other 200, edit 403/404, * 404").ending(),
	"GET /mappe/{token}":             byLink("shortlist", aMap),
	"GET /mappe/{token}/ret":         byLink("shortlist", "* 303"),
	"GET /mappe/{token}/luk":         byLink("shortlist", "* 303"),
	"GET /mappe/{token}/brug":        byLink("shortlist", "* 303"),
	"GET /mappe/{token}/oplaeg":      byLink("shortlist", aMap),
	"GET /mappe/{token}/oplaeg.docx": byLink("shortlist", aMap),
	"GET /mappe/{token}/udgave/{n}":  byLink("shortlist", aMap),
	"GET /mappe/{token}/slet":        byLink("shortlist", "own 200, edit read 403, * 404"),
	"POST /mappe/{token}/ret":        byLink("shortlist", "own edit 303/409, read 403, * 404"),
	"POST /mappe/{token}/luk":        byLink("shortlist", "own edit 404/303, read 403, * 404").posting("link", "999999"),
	"POST /mappe/{token}/brug":       byLink("shortlist", "own edit 303, read 403, * 404").ending(),
	"POST /mappe/{token}/slet":       byLink("shortlist", "own 200/404, edit read 403/404, * 404").ending(),

	// Signing in.
	"GET /redaktion/log-ind":               {sort: signIn, want: "nobody closed half cookie 200, * 303"},
	"GET /redaktion/log-ind/kode":          {sort: signIn, want: "half 200, * 303"},
	"GET /redaktion/log-ind/opsaet":        {sort: signIn, want: "nobody closed half cookie 303, * 200"},
	"GET /redaktion/log-ind/opsaet.png":    {sort: signIn, want: "nobody closed half cookie 404, * 200"},
	"GET /redaktion/log-ind/faelles":       {sort: signIn, want: "* 404"},
	"GET /redaktion/log-ind/faelles/svar":  {sort: signIn, want: "* 404"},
	"POST /redaktion/log-ind":              {sort: signIn, want: "* 422/429"},
	"POST /redaktion/log-ind/kode":         {sort: signIn, want: "half 422, * 303"},
	"POST /redaktion/log-ind/opsaet":       {sort: signIn, want: "nobody closed half cookie 303, * 303/422"},
	"POST /redaktion/log-ind/faelles":      {sort: signIn, want: "* 404"},
	"GET /redaktion/invitation/{token}":    byLink("invitation", "open 200, * 404"),
	"POST /redaktion/invitation/{token}":   byLink("invitation", "open 422, * 404"),
	"POST /redaktion/log-ud":               {sort: signIn, want: "* 303", last: true},
	"POST /redaktion/forlaeng":             atDesk("", "200"),
	"GET /redaktion/konto":                 atDesk("", "200"),
	"POST /redaktion/konto/adgangskode":    atDesk("", "422"),
	"POST /redaktion/konto/log-ud-overalt": atDesk("", "303").ending(),

	// Submissions at the desk.
	"GET /redaktion":                                       atDesk("", "200"),
	"GET /redaktion/indsendelser/{id}":                     atDesk("submission", aSubmission),
	"GET /redaktion/indsendelser/{id}/forhaandsvisning":    atDesk("submission", notErased),
	"GET /redaktion/indsendelser/{id}/forskel":             atDesk("submission", notErased),
	"GET /redaktion/indsendelser/{id}/note":                atDesk("submission", notErased),
	"GET /redaktion/indsendelser/{id}/mailadresse":         atDesk("submission", aSubmission),
	"GET /redaktion/indsendelser/{id}/tjek":                atDesk("submission", aSubmission),
	"GET /redaktion/indsendelser/{id}/slet":                atDesk("submission", aSubmission).only(review.Erase).unseen(),
	"POST /redaktion/indsendelser/{id}":                    atDesk("submission", "missing wrong 404, * 400").posting("handling", "findes-ikke"),
	"POST /redaktion/indsendelser/{id}/note":               atDesk("submission", "missing wrong erased 404, * "+posted).only(review.Comment),
	"POST /redaktion/indsendelser/{id}/mailadresse":        atDesk("submission", "missing wrong 404, * "+posted).only(review.MendAddress),
	"POST /redaktion/indsendelser/{id}/tjek":               atDesk("submission", "missing wrong 404, * "+posted).only(review.AskSource),
	"POST /redaktion/indsendelser/{id}/slet":               atDesk("submission", "missing wrong 404, * "+posted).only(review.Erase),
	"GET /redaktion/bilag/{id}":                            atDesk("attachment", "kept 200, * 404"),
	"GET /redaktion/tjek":                                  atDesk("", "200"),
	"GET /redaktion/tjek/send":                             atDesk("", "200/303"),
	"POST /redaktion/tjek/send":                            atDesk("", posted).only(review.AskSource),
	"GET /redaktion/opdel":                                 atDesk("", "200"),
	"POST /redaktion/opdel":                                atDesk("", posted).only(review.BeginExample),
	"POST /redaktion/opdel/fil":                            atDesk("", posted).only(review.BeginExample),
	"POST /redaktion/indsendelser/{id}/kladde":             atDesk("submission", "missing wrong 404, * 200/204/409"),
	"POST /redaktion/indsendelser/{id}/note/kladde":        atDesk("submission", "missing wrong 404, * 200/204/409"),
	"POST /redaktion/indsendelser/{id}/mailadresse/kladde": atDesk("submission", "missing wrong 404, * 200/204/409"),
	"POST /redaktion/indsendelser/{id}/tjek/kladde":        atDesk("submission", "missing wrong 404, * 200/204/409"),
	"POST /redaktion/indsendelser/{id}/slet/kladde":        atDesk("submission", "missing wrong 404, * 200/204/409"),
	"POST /redaktion/tjek/send/kladde":                     atDesk("", "200/204/409"),
	"POST /redaktion/opdel/kladde":                         atDesk("", "200/204/409"),

	// Examples at the desk.
	"GET /redaktion/eksempler":                             atDesk("", "200"),
	"GET /redaktion/eksempler/ny":                          atDesk("", "200"),
	"GET /redaktion/eksempler/{slug}":                      atDesk("practice", inDesk),
	"GET /redaktion/eksempler/{slug}/historik":             atDesk("practice", inDesk),
	"GET /redaktion/eksempler/{slug}/forskel":              atDesk("practice", inDesk),
	"GET /redaktion/eksempler/{slug}/note":                 atDesk("practice", inDesk),
	"GET /redaktion/eksempler/{slug}/ret":                  atDesk("practice", "published new 200, withdrawn 200, removed merged 303, * 404"),
	"GET /redaktion/eksempler/{slug}/ret/forhaandsvisning": atDesk("practice", "published new withdrawn 200, * 404"),
	"GET /redaktion/eksempler/{slug}/sammenlaeg":           atDesk("practice", "published new 200, withdrawn removed merged 303, * 404"),
	"GET /redaktion/eksempler/{slug}/tjek":                 atDesk("practice", inDesk),
	"GET /redaktion/eksempler/{slug}/slet":                 atDesk("practice", inDesk).only(review.Erase).unseen(),
	"POST /redaktion/eksempler/ny":                         atDesk("", posted).only(review.BeginExample),
	"POST /redaktion/eksempler/{slug}":                     atDesk("practice", "draft missing 404, * "+posted),
	"POST /redaktion/eksempler/{slug}/note":                atDesk("practice", "draft missing 404, * "+posted).only(review.Comment),
	"POST /redaktion/eksempler/{slug}/ret":                 atDesk("practice", "draft missing 404, * "+posted).only(review.Revise),
	"POST /redaktion/eksempler/{slug}/sammenlaeg":          atDesk("practice", "draft missing 404, * "+posted),
	"POST /redaktion/eksempler/{slug}/tjek":                atDesk("practice", "draft missing 404, * "+posted).only(review.AskSource),
	"POST /redaktion/eksempler/{slug}/slet":                atDesk("practice", "draft missing 404, * "+posted).only(review.Erase),
	"POST /redaktion/eksempler/ny/kladde":                  atDesk("", "200/204/409"),
	"POST /redaktion/eksempler/{slug}/kladde":              atDesk("practice", "draft missing 404, * 200/204/409"),
	"POST /redaktion/eksempler/{slug}/note/kladde":         atDesk("practice", "draft missing 404, * 200/204/409"),
	"POST /redaktion/eksempler/{slug}/ret/kladde":          atDesk("practice", "draft missing 404, * 200/204/409"),
	"POST /redaktion/eksempler/{slug}/sammenlaeg/kladde":   atDesk("practice", "draft missing 404, * 200/204/409"),
	"POST /redaktion/eksempler/{slug}/tjek/kladde":         atDesk("practice", "draft missing 404, * 200/204/409"),
	"POST /redaktion/eksempler/{slug}/slet/kladde":         atDesk("practice", "draft missing 404, * 200/204/409"),
	"GET /redaktion/forslag":                               atDesk("", "200"),
	"GET /redaktion/forslag/{slug}":                        atDesk("proposal", there),
	"POST /redaktion/forslag/{slug}":                       atDesk("proposal", "there 409, * 303").only(review.TakeProposal).posting("handling", "tag-alt"),
	"GET /redaktion/loesninger/{slug}":                     atDesk("loesning", there),
	"POST /redaktion/loesninger/{slug}":                    atDesk("loesning", "there "+posted+", * 404").only(review.EditContrast),
	"POST /redaktion/loesninger/{slug}/kladde":             atDesk("loesning", "* 200"),

	// What else the desk has.
	"GET /redaktion/links":                               atDesk("", "200"),
	"POST /redaktion/links/{id}":                         atDesk("link", "* 400").posting("handling", "findes-ikke"),
	"GET /redaktion/soegninger":                          atDesk("", "200"),
	"POST /redaktion/soegninger":                         atDesk("", "303/400/404/422").only(review.HideSearch),
	"GET /redaktion/mails":                               atDesk("", "200"),
	"POST /redaktion/mails/{id}/igen":                    atDesk("mail", "given up 303/404, * 404").only(review.SendAgain),
	"GET /redaktion/mailtekster":                         atDesk("", "200"),
	"GET /redaktion/mailtekster/{kind}":                  atDesk("mail text", there),
	"POST /redaktion/mailtekster/{kind}":                 atDesk("mail text", "there "+posted+", * 404").only(review.EditMailText),
	"POST /redaktion/mailtekster/{kind}/kladde":          atDesk("mail text", "there 200/204/409, * 404"),
	"GET /redaktion/ordforraad":                          atDesk("", "200"),
	"GET /redaktion/ordforraad/haendelser":               atDesk("", "200"),
	"POST /redaktion/ordforraad/haendelser/{id}/fortryd": atDesk("event", "there 303/409, * 404").only(review.EditVocabulary),
	"GET /redaktion/ordforraad/maerk-om":                 atDesk("", "200"),
	"POST /redaktion/ordforraad/maerk-om":                atDesk("", posted).only(review.EditVocabulary),
	"GET /redaktion/ordforraad/{noun}":                   atDesk("noun", there),
	"GET /redaktion/ordforraad/ny/{noun}":                atDesk("noun", there),
	"POST /redaktion/ordforraad/ny/{noun}":               atDesk("noun", "there "+posted+", * 404").only(review.EditVocabulary),
	"POST /redaktion/ordforraad/ny/{noun}/kladde":        atDesk("noun", "there 200/204/409, * 404"),
	"GET /redaktion/ordforraad/{noun}/{key}":             atDesk("item", "live 200, * 404"),
	"POST /redaktion/ordforraad/{noun}/{key}":            atDesk("item", "live "+posted+", * 404").only(review.EditVocabulary),
	"POST /redaktion/ordforraad/{noun}/{key}/kladde":     atDesk("item", "live missing 200, * 404"),
	"GET /redaktion/redaktoerer":                         atDesk("", "200").only(review.ManageAccounts).unseen(),
	"POST /redaktion/redaktoerer":                        atDesk("", posted).only(review.ManageAccounts),
	"POST /redaktion/redaktoerer/kladde":                 atDesk("", "200/204/409").only(review.ManageAccounts),
	"GET /redaktion/redaktoerer/{id}":                    atDesk("account", "missing 404, * 200").only(review.ManageAccounts).unseen(),
	"POST /redaktion/redaktoerer/{id}":                   atDesk("account", "missing 404, * 400/404/422").only(review.ManageAccounts).posting("handling", "rolle", "rolle", "findes-ikke"),

	// The mails of a catalogue that runs on one machine alone.
	"GET /dev/post": {sort: machine, want: "200"},

	// What a role must allow at an address that every role may post to, by the button: the
	// store holds each to the role. One thing in one state is enough.
	"POST /redaktion/indsendelser/{id} gem":      press("gem", review.Save),
	"POST /redaktion/indsendelser/{id} tag":      press("tag", review.Take),
	"POST /redaktion/indsendelser/{id} spoerg":   press("spoerg", review.Ask),
	"POST /redaktion/indsendelser/{id} afvis":    press("afvis", review.Decline),
	"POST /redaktion/indsendelser/{id} til-side": press("til-side", review.LayAside),
	"POST /redaktion/indsendelser/{id} besvar":   press("besvar", review.Reply),
	"POST /redaktion/indsendelser/{id} findes":   press("findes", review.Point),
	"POST /redaktion/indsendelser/{id} udgiv":    press("udgiv", review.Publish),
	"POST /redaktion/indsendelser/{id} udgiv-se": press("udgiv-se", review.Publish),
	"POST /redaktion/eksempler/{slug} traek":     pressOf("traek", review.WithdrawPractice),
	"POST /redaktion/links/{id} tjek":            atDesk("link", "there 303, * 404").only(review.RecheckLink).posting("handling", "tjek"),
	"POST /redaktion/links/{id} virker":          atDesk("link", "there 303, * 404").only(review.KeepLink).posting("handling", "virker"),
}

// press is a button of a submission, and pressOf one of an example.
func press(button string, a review.Action) row {
	return atDesk("one submission", "* "+posted).only(a).posting("handling", button, "version", "1")
}

func pressOf(button string, a review.Action) row {
	return atDesk("one practice", "* "+posted).only(a).posting("handling", button)
}
