package review

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var mailForm = regexp.MustCompile(`[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+`)

// privateHosts give mail addresses to persons only.
var privateHosts = wordSet("gmail.com hotmail.com hotmail.dk outlook.com outlook.dk live.dk live.com yahoo.com yahoo.dk icloud.com me.com mac.com mail.dk mail.tele.dk jubii.dk ofir.dk stofanet.dk protonmail.com proton.me youmail.dk msn.com webspeed.dk fibermail.dk privat.dk")

// officeWords are in the addresses of mailboxes that several people read.
var officeWords = regexp.MustCompile(`(?i)post|kontakt|contact|info|mail|kommune|borger|social|sundhed|raadgiv|rådgiv|center|centr|hotline|linje|bostoet|bostøt|handicap|psyk|voksen|voksne|familie|barn|børn|boern|ung|aeldre|ældre|sekretariat|redaktion|presse|kommunikation|afdeling|afd|tilbud|jobs?|support|team|projekt|admin|direktion|digital|region|forvaltning|service|styrelse|dassos|rusmid|bosted|vaerested|værested|skole|stu|hjaelp|hjælp|faelles|fælles|forening|fond|frivillig|leder|praksis`)

// findMails gives all mail addresses, and among them those of persons. A box
// with the name of an office, outside the hosts of private mail, is nobody's own.
func findMails(s string) (all, private [][2]int) {
	for _, at := range mailForm.FindAllStringIndex(s, -1) {
		place := [2]int{at[0], at[1]}
		all = append(all, place)
		box, host, _ := strings.Cut(strings.ToLower(s[at[0]:at[1]]), "@")
		if privateHosts[host] || !officeWords.MatchString(box) {
			private = append(private, place)
		}
	}
	return all, private
}

var addressForm = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+`)

// findAddresses gives web addresses: their digits are no telephone numbers and
// their words no names.
func findAddresses(s string) (out [][2]int) {
	for _, at := range addressForm.FindAllStringIndex(s, -1) {
		out = append(out, [2]int{at[0], at[1]})
	}
	return out
}

var (
	// Danish numbers begin with 2 to 9. Groups of 2-2-2-2, 4-4 and none.
	phoneForm = regexp.MustCompile(`(?:(?:\+|00)45[ \x{00a0}]?)?[2-9]\d(?:(?:[ \x{00a0}.-]\d\d){3}|\d\d[ \x{00a0}]\d{4}|\d{6})`)
	// lineWords stand before the number of an office or of a helpline.
	lineWords = regexp.MustCompile(`(?i)(hotline|linjen?|linien|rådgivning(en)?|hovednummer(et)?|omstilling(en)?|reception(en)?|vagttelefon(en)?|døgnvagt(en)?|callcenter|kontaktpunkt(et)?|borgerservice)\P{L}[^.!?\n]{0,30}$`)
	// numberWords stand before what is another number.
	numberWords = regexp.MustCompile(`(?i)(cvr|ean|sag|sagsnr|sagsnummer|journalnr|j\.?nr|nr|p-nummer|isbn|issn|id|kr|konto|dok)\b[.:\s-]*$`)
	// amountWords stand after an amount of something.
	amountWords = regexp.MustCompile(`(?i)^[ \x{00a0}]?(kr|kroner|mio|borgere|timer|besøg|euro|%|,-)`)
)

// findPhones gives what look like telephone numbers that may be a person's: not
// those of helplines and offices (70, 80 and 90, and by the words before them),
// of companies, cases, days and amounts.
func findPhones(s string) (out [][2]int) {
	for _, at := range phoneForm.FindAllStringIndex(s, -1) {
		before, number, after := s[:at[0]], s[at[0]:at[1]], s[at[1]:]
		if touches(before, after) || numberWords.MatchString(tail(before, 20)) || amountWords.MatchString(after) || lineWords.MatchString(tail(before, 60)) {
			continue
		}
		bareNumber := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, number)
		abroad := len(bareNumber) > 8
		bareNumber = bareNumber[len(bareNumber)-8:]
		if !abroad && (calendar(bareNumber) || strings.ContainsRune(number, '-') && !strings.ContainsRune(number, ' ') && bareNumber[:2] < "32") {
			continue
		}
		if n := bareNumber[:2]; n == "70" || n == "80" || n == "90" {
			continue
		}
		out = append(out, [2]int{at[0], at[1]})
	}
	return out
}

// touches tells whether a number is a part of a longer one.
func touches(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, n := utf8.DecodeRuneInString(after)
	if unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune("-/+_=§", last) || unicode.IsLetter(next) || unicode.IsDigit(next) {
		return true
	}
	follows, _ := utf8.DecodeRuneInString(after[min(n, len(after)):])
	leads, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before, " .,"))
	return strings.ContainsRune("-/., ", next) && unicode.IsDigit(follows) || strings.HasSuffix(before, ".") && unicode.IsDigit(leads)
}

func tail(s string, n int) string {
	return strings.ToValidUTF8(s[max(0, len(s)-n):], "")
}

// calendar tells whether eight digits are a day or two years: 20200311,
// 24122020, "2020 2021".
func calendar(d string) bool {
	year := func(y string) bool { return y[:2] == "19" || y[:2] == "20" }
	return year(d[:4]) && year(d[4:]) || year(d[:4]) && birthday(d[6:8]+d[4:6]+d[2:4]) || year(d[4:]) && birthday(d[:4]+d[6:8])
}

var (
	quoteForm = regexp.MustCompile(`»[^»«]+«|«[^»«]+»|[“„”][^“”„]+[”“]|"[^"]+"`)
	// titleWords stand before the name of something.
	titleWords  = regexp.MustCompile(`(?i)(projektet|rapporten|rapport|kampagnen|indsatsen|kurset|forløbet|pjecen|artiklen|hedder|hed|kaldt|kaldet|kalder|titlen|temaet|gruppen|bogen|filmen|appen|notatet|undersøgelsen|brevet|overskriften|spørgsmålet|mottoet|sloganet|konceptet|metoden|spillet|guiden|vejledningen|siden)[^.!?]{0,12}$`)
	firstPerson = regexp.MustCompile(`(?i)\b(jeg|mig|min|mit|mine)\b`)
)

// quoteWords is the length from which words in quotation marks are somebody's
// and not an expression.
const quoteWords = 4

// findQuotes gives what stands in quotation marks and may be a citizen's words.
func findQuotes(s string) (out [][2]int) {
	for _, at := range quoteForm.FindAllStringIndex(s, -1) {
		inside := s[at[0]:at[1]]
		if len(strings.Fields(inside)) < quoteWords || titleWords.MatchString(tail(s[:at[0]], 40)) && !firstPerson.MatchString(inside) {
			continue
		}
		out = append(out, [2]int{at[0], at[1]})
	}
	return out
}

const (
	onePerson        = `(?:borger|beboer|bruger|mand|kvinde|dreng|pige|fyr|ung|ung mand|ung kvinde|mor|far|patient|elev|deltager|klient|ældre mand|ældre kvinde|ældre|ældre borger|ung borger)`
	smallInstitution = `(?:bosted|botilbud|bofællesskab|opholdssted|værested|forsorgshjem|krisecent(?:er|r)|dagtilbud|cent(?:er|r)|afdeling|hus|institution|plejehjem|plejecent(?:er|r)|herberg|skole|hjem|gruppe|tilbud|hold)(?:et|en|net|e?met)`
)

var singleForms = []*regexp.Regexp{
	// the only one
	regexp.MustCompile(`(?i)(?:^|[^\p{L}\d])(?:den|vores|en|husets|stedets) (?:eneste|ene) (?:af vores )?` + onePerson + `\b`),
	// one with an age
	regexp.MustCompile(`(?i)(?:^|[^\p{L}\d])(?:en|én|et) (?:[\p{L}-]+ ){0,2}` + onePerson + ` (?:på|i alderen) \d{1,2}\b`),
	regexp.MustCompile(`(?i)(?:^|[^\p{L}\d])(?:en|én|den) \d{1,2}-årige?\b`),
	// one in a house that we know
	regexp.MustCompile(`(?i)(?:^|[^\p{L}\d])(?:en|én|1|en af vores) (?:[\p{L}-]+ ){0,1}` + onePerson + `e? (?:på|i|fra|hos|ved) (?:vores |det |den )?(?:lille |mindre )?[\p{L}-]*` + smallInstitution + `\b`),
	regexp.MustCompile(`(?i)(?:^|[^\p{L}\d])(?:en|én|1) (?:[\p{L}-]+ ){0,1}` + onePerson + ` (?:på|i|fra|hos|ved) vores [\p{L}-]+`),
}

// What stands around one citizen and tells the place: "år i Brohuset", "på
// bostedet Solsiden i Viborg", "På Brohuset bor". Whoever takes the citizen out
// takes that out too.
const (
	placeName   = `\p{Lu}[\p{L}\d-]*(?: \p{Lu}[\p{L}\d-]*)*`
	placeClause = `(?:[Pp]å|[Ii]|[Ff]ra|[Hh]os|[Vv]ed) (?:vores |det |den |et |en )?(?:\p{Ll}+ )?(?:(?i:[\p{L}-]*` + smallInstitution + `)(?: ` + placeName + `)?|` + placeName + `)`
)

var (
	placeAfter  = regexp.MustCompile(`^(?: år)?(?: gammel)?(?: ` + placeName + `)?(?:(?:,? (?:der|som)(?: \p{Ll}+){1,2})? ` + placeClause + `)*`)
	placeBefore = regexp.MustCompile(`(?:^|[^\p{L}\d])(` + placeClause + `(?: \p{Ll}+){1,2} ?)$`)
)

var manyForm = regexp.MustCompile(`(?i)\ben (?:gruppe|flok|del|række|håndfuld) `)

// namedInstitution is one person in something with a name of its own.
var namedInstitution = regexp.MustCompile(`(?:^|[^\p{L}\d])(?:[Ee]n|[Éé]n|1) (?:[\p{Ll}-]+ ){0,1}` + onePerson + ` (?:på|i|fra|hos|ved) (\p{Lu}[\p{L}-]+)( \p{Lu}?[\p{L}-]+)?`)

// findSingle gives what is told of one citizen in a small institution, whom
// others there may know again.
func findSingle(s, provider string) (out [][2]int) {
	add := func(start, end int) {
		if at := placeBefore.FindStringSubmatchIndex(s[:start]); at != nil {
			start = at[2]
		}
		end += len(placeAfter.FindString(s[end:]))
		// Without what stands before the first letter.
		start += len(s[start:end]) - len(strings.TrimLeftFunc(s[start:end], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
		for _, at := range out {
			if start < at[1] && at[0] < end {
				return
			}
		}
		out = append(out, [2]int{start, end})
	}
	for _, form := range singleForms {
		for _, at := range form.FindAllStringIndex(s, -1) {
			several := strings.HasPrefix(s[at[1]:], "-") || strings.HasPrefix(s[at[1]:], "–") || manyForm.MatchString(s[at[0]:at[1]]) // "på 18-25 år"
			if !several {
				add(at[0], at[1])
			}
		}
	}
	for _, at := range namedInstitution.FindAllStringSubmatchIndex(s, -1) {
		whole := s[at[2]:at[1]]
		// A municipality or a region has many.
		if strings.Contains(whole, " Kommune") || strings.HasPrefix(whole, "Region") || strings.HasPrefix(whole, "Danmark") {
			continue
		}
		add(at[0], at[3])
	}
	if provider != "" {
		if i := strings.Index(s, " "+provider); i > 0 {
			if m := beforeInstitution.FindStringIndex(s[:i]); m != nil {
				add(m[0], i+1+len(provider))
			}
		}
	}
	return out
}

var beforeInstitution = regexp.MustCompile(`(?i)(?:^|[^\p{L}\d])(?:en|én|1) (?:[\p{L}-]+ )?` + onePerson + ` (?:på|i|fra|hos|ved)$`)
