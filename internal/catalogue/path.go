package catalogue

import (
	"net/url"
	"strconv"
	"strings"
)

// Paths of the pages. Addresses are promises: handlers and templates share
// these.
const (
	PathFront         = "/"
	PathPractices     = "/eksempler"
	PathSuggestions   = "/forslag"
	PathSolutions     = "/loesninger"
	PathAbout         = "/om"
	PathAccessibility = "/tilgaengelighed"
	PathWAS           = "/was"
	PathPrivacy       = "/privatliv"
	PathChecklist     = "/tjekliste"
	PathNextTime      = "/naeste-gang"
	PathStatus        = "/status"
	PathOverview      = "/overblik"
	PathContrasts     = "/kontraster"
	PathGaps          = "/mangler"
	PathSubmit        = "/indsend"
	PathTemplate      = "/skabelon" // with .docx or .odt behind it
	PathMap           = "/kort"
	PathAPI           = "/api" // the page that tells of it
	PathAPIVersion    = "/api/v1"
	PathBrief         = "/moedeoplaeg" // with .docx behind it, too
	PathFirstDay      = "/kom-i-gang"  // what somebody new does first; a page for each role below it
)

// PathEmbed is below which pages stand that other sites may frame; itself it tells how.
const PathEmbed = "/indlejr"

// EmbedPath is the address at which the page of an example or a list can be framed.
func EmbedPath(page string) string { return PathEmbed + page }

// EmbedHelpPath is the address of how to frame an example, or with an empty slug the
// list that q asks for.
func EmbedHelpPath(slug string, q Query) string {
	if slug != "" {
		return PathEmbed + "?eksempel=" + url.QueryEscape(slug)
	}
	return PathEmbed + strings.TrimPrefix(FinderPath(q), PathPractices)
}

// PathDataSet describes the data set to catalogues of data.
const PathDataSet = "/dcat.ttl"

// SkosPath is the address of a vocabulary in the words of SKOS.
func SkosPath(vocabulary string) string { return "/skos/" + url.PathEscape(vocabulary) + ".ttl" }

// CitationPath is the address of a practice's citation as a file of RIS.
func CitationPath(slug string) string { return PracticePath(slug) + ".ris" }

// FirstDayPath is the address of what somebody new in a role does first.
func FirstDayPath(role string) string { return PathFirstDay + "/" + url.PathEscape(role) }

// PracticePath is the address of a practice's page.
func PracticePath(slug string) string { return PathPractices + "/" + url.PathEscape(slug) }

// BriefPath is the address of the meeting brief of some practices; ext is ".docx" for
// the document, empty for the page.
func BriefPath(ext string, slugs []string) string {
	return PathBrief + ext + "?" + url.Values{ParamPractice: slugs}.Encode()
}

// AllRevisions stands for all that has changed since the first revision.
const AllRevisions = -1

// ChangesPath is where a practice's page tells how it has changed; with a number
// from 2 on, how that revision differs from the one before, with AllRevisions how the
// newest differs from the first.
func ChangesPath(slug string, revision int) string {
	path := PracticePath(slug) + "/aendringer"
	switch {
	case revision == AllRevisions:
		path += "?udgave=alle"
	case revision > 0:
		path += "?udgave=" + strconv.Itoa(revision)
	}
	return path
}

// SavedFormPath is the address of a form that was saved to be gone on with later.
func SavedFormPath(token string) string { return PathSubmit + "/kladde/" + token }

// SubmitPath is the address of one way of submitting; with a slug, about that
// practice.
func SubmitPath(kind, about string) string {
	p := PathSubmit + "/" + kind
	if about != "" {
		p += "?om=" + url.QueryEscape(about)
	}
	return p
}

// FinderPath is the address of the finder asking q, canonical when q is.
func FinderPath(q Query) string {
	if s := q.Encode(); s != "" {
		return PathPractices + "?" + s
	}
	return PathPractices
}

// ParamMap is the query parameter that says what the map draws, and MapOfRegions the
// regions, where it is the municipalities otherwise.
const (
	ParamMap     = "vis"
	MapOfRegions = "regioner"
)

// MapPath is the address of the map of what q finds, canonical when q is: municipality
// by municipality, or region by region.
func MapPath(q Query, regions bool) string {
	s := q.Encode()
	if regions {
		if s != "" {
			s += "&"
		}
		s += ParamMap + "=" + MapOfRegions
	}
	if s == "" {
		return PathMap
	}
	return PathMap + "?" + s
}

// ListPath is the address of the finder's list in another format, by its ending:
// ".csv".
func ListPath(ending string, q Query) string {
	return PathPractices + ending + strings.TrimPrefix(FinderPath(q), PathPractices)
}

// OverviewPath is the address of the overview of what q finds; it has no order and no
// pages.
func OverviewPath(q Query) string {
	return PathOverview + FinderPath(inOnePiece(q))[len(PathPractices):]
}

// ContrastsPath is the address of the contrasts among what q finds.
func ContrastsPath(q Query) string {
	return PathContrasts + FinderPath(inOnePiece(q))[len(PathPractices):]
}

func inOnePiece(q Query) Query {
	q.Page, q.Sort = 1, ""
	return q
}

// FilterPath is the address of the finder with one value chosen.
func FilterPath(facet, slug string) string { return FinderPath(Query{}.With(facet, slug)) }

// landings are the folders of landing pages by facet; an actor's follows its
// kind.
var landings = map[string]string{
	FacetTargetGroup: "/maalgrupper/",
	FacetContactForm: "/kontaktformer/",
	FacetTheme:       "/temaer/",
	FacetPerspective: "/perspektiver/",
	FacetSolution:    PathSolutions + "/",
}

// LandingIndexPath is the address of the page that lists all landing pages of a
// facet; empty where there is none.
func LandingIndexPath(facet string) string { return strings.TrimSuffix(landings[facet], "/") }

// The lists of the landing pages of municipalities and of regions.
const (
	PathMunicipalities = "/kommuner"
	PathRegions        = "/regioner"
)

// LandingPath is the address of a term's or a solution's landing page; the
// finder with that filter where there is none.
func LandingPath(facet, slug string) string {
	if folder := landings[facet]; folder != "" {
		return folder + url.PathEscape(slug)
	}
	return FilterPath(facet, slug)
}

// ActorPath is the address of an organisation's landing page.
func ActorPath(kind OrganisationKind, slug string) string {
	folder := "/aktoerer/"
	switch kind {
	case Municipality:
		folder = "/kommuner/"
	case Region:
		folder = "/regioner/"
	}
	return folder + url.PathEscape(slug)
}

// PathInquiry is below which somebody at the source answers by a secret link.
const PathInquiry = "/tjek"

// PathFollow is where mails about what is new in a list are ordered, and PathFollowed
// says that a mail with a link is on its way.
const (
	PathFollow   = "/foelg"
	PathFollowed = PathFollow + "/sendt"
)

// FollowListPath is where mails about the list of q are ordered, canonical when q is.
func FollowListPath(q Query) string {
	if s := q.Encode(); s != "" {
		return PathFollow + "?" + s
	}
	return PathFollow
}

// FollowPath is where whoever has a token sees, changes and leaves what they follow.
func FollowPath(token string) string { return PathFollow + "/" + token }

// FollowStopPath is where they leave all of it by one press, which a mail program may
// make for them (RFC 8058).
func FollowStopPath(token string) string { return FollowPath(token) + "/stop" }

// InquiryPath is the address of the secret link with a token.
func InquiryPath(token string) string { return PathInquiry + "/" + token }

// The pages of what a visitor has put together. The shortlist of the browser's own cookie
// is at PathShortlist, that of a secret link at ShortlistPath; what can be done to it is
// below either. PathChoose lists what a filter finds, to be ticked.
const (
	PathShortlist = "/mappe"
	PathChoose    = PathShortlist + "/vaelg"
	PathCompare   = "/sammenlign"
)

// ParamPractice names a practice by its slug, in the addresses and forms that take several.
const ParamPractice = "eksempel"

// ShortlistPath is the address of the shortlist of a token; PathShortlist for none.
func ShortlistPath(token string) string {
	if token == "" {
		return PathShortlist
	}
	return PathShortlist + "/" + token
}

// EditionPath is the address of the n-th edition of the shortlist of a token.
func EditionPath(token string, n int) string {
	return ShortlistPath(token) + "/udgave/" + strconv.Itoa(n)
}

// ChoosePath is where the hits of q are ticked, canonical when q is.
func ChoosePath(q Query) string {
	if s := q.Encode(); s != "" {
		return PathChoose + "?" + s
	}
	return PathChoose
}

// ComparePath is where practices stand side by side.
func ComparePath(slugs ...string) string {
	v := url.Values{}
	for _, s := range slugs {
		v.Add(ParamPractice, s)
	}
	if len(v) == 0 {
		return PathCompare
	}
	return PathCompare + "?" + v.Encode()
}
