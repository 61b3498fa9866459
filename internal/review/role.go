package review

import (
	"errors"
	"fmt"
	"slices"

	"praksis/internal/catalogue"
)

// Role is what an account at the desk may do.
type Role string

// The roles (domain.md, "Roles").
const (
	RoleWriter        Role = "writer"
	RoleEditor        Role = "editor"
	RoleAdministrator Role = "administrator"
	RoleChecker       Role = "checker"
)

// Roles with their addresses and labels, in the order in which they are offered.
var Roles = catalogue.Options[Role]{
	{Code: RoleWriter, Slug: "skribent", Label: "Skribent"},
	{Code: RoleEditor, Slug: "redaktoer", Label: "Redaktør"},
	{Code: RoleAdministrator, Slug: "administrator", Label: "Administrator"},
	{Code: RoleChecker, Slug: "medlaeser", Label: "Medlæser"},
}

// Explain says in Danish what a role may do.
func (r Role) Explain() string {
	return map[Role]string{
		RoleWriter:        "Læser, skriver kladder, spørger indsendere og beder om tjek. Udgiver og afviser ikke.",
		RoleEditor:        "Gør alt ved indsendelser, eksempler, ordforråd og mails. Styrer ikke konti.",
		RoleAdministrator: "Gør alt, hvad en redaktør gør, og styrer konti.",
		RoleChecker:       "Læser, kommenterer og beder om tjek. Ændrer ikke i kladder og udgiver ikke.",
	}[r]
}

// What is done at the desk beside the acts on a submission or a practice.
const (
	// BeginExample begins one that nobody has sent in.
	BeginExample Action = "begin"
	// Comment adds a note that the desk alone reads.
	Comment Action = "comment"
	// TakeProposal makes a revision of what a changed seed proposes, and
	// DismissProposal none.
	TakeProposal    Action = "take_proposal"
	DismissProposal Action = "dismiss_proposal"
	// AskSource asks people at the source to check an example, or whether it is
	// still in use, and takes such a question back.
	AskSource Action = "ask_source"
	// MendAddress gives a submitter another mail address, and SendAgain tries a
	// mail anew that was given up.
	MendAddress Action = "mend_address"
	SendAgain   Action = "send_again"
	// EditContrast adds a contrast, or takes one out.
	EditContrast Action = "edit_contrast"
	// EditMailText changes what a kind of mail says.
	EditMailText Action = "edit_mail_text"
	// EditVocabulary changes terms, organisations, solutions, sources, synonyms and
	// pages, retags practices, and undoes that.
	EditVocabulary Action = "edit_vocabulary"
	// Erase takes personal data out of everything.
	Erase Action = "erase"
	// ManageAccounts invites, changes roles, ends sessions and closes accounts.
	ManageAccounts Action = "manage_accounts"
)

// Sets of roles.
var (
	nobody   []Role // the submitter's own acts
	everyone = []Role{RoleWriter, RoleEditor, RoleAdministrator, RoleChecker}
	drafting = []Role{RoleWriter, RoleEditor, RoleAdministrator}
	deciding = []Role{RoleEditor, RoleAdministrator}
	managing = []Role{RoleAdministrator}
	// reading are those who may be the second who looks at what was published.
	reading = []Role{RoleEditor, RoleAdministrator, RoleChecker}
)

// roleActions is the one table of who may do what. An action without a row is
// nobody's; TestEveryActionHasARow fails on one. In which state an action can be
// done at all is said by transitions and practiceTransitions, for all roles alike.
var roleActions = map[Action][]Role{
	Take:     drafting,
	Save:     drafting,
	Ask:      drafting,
	Resume:   drafting,
	Publish:  deciding,
	Point:    deciding,
	Decline:  deciding,
	Reply:    deciding,
	LayAside: deciding,

	Answer:   nobody,
	Correct:  nobody,
	Withdraw: nobody,
	Remind:   nobody, // the program
	PutAside: nobody,

	Revise:            deciding,
	WithdrawPractice:  deciding,
	RepublishPractice: deciding,
	RemovePractice:    deciding,
	MergePractice:     deciding,
	Readdress:         deciding,
	Redirect:          deciding,
	JoinSolution:      deciding,
	SetReview:         deciding,
	LookedThrough:     reading,

	BeginExample:    drafting,
	Comment:         everyone,
	TakeProposal:    deciding,
	DismissProposal: deciding,
	AskSource:       everyone,
	MendAddress:     drafting,
	SendAgain:       drafting,
	EditMailText:    deciding,
	EditContrast:    deciding,
	EditVocabulary:  deciding,
	Erase:           deciding,
	ManageAccounts:  managing,
	RecheckLink:     drafting,
	KeepLink:        deciding,
	HideSearch:      drafting,
}

// May tells whether a role may do an action, in the states in which it can be done.
func (r Role) May(a Action) bool { return slices.Contains(roleActions[a], r) }

// RoleError is the refusal of an action that an account's role may not do. It is
// a catalogue.ErrForbidden.
type RoleError struct {
	Role   Role
	Action Action
}

// Error names both.
func (e *RoleError) Error() string { return fmt.Sprintf("a %s may not %s", e.Role, e.Action) }

// Unwrap is catalogue.ErrForbidden.
func (e *RoleError) Unwrap() error { return catalogue.ErrForbidden }

// ErrLastAdministrator is the refusal of what would leave nobody to manage accounts.
var ErrLastAdministrator = errors.New("the last active administrator")

// Caused is a row that an action writes in an editor's name: the table and the kind
// of the row. The database holds every such row to the editor's role.
type Caused struct{ Table, Kind string }

// caused are the rows that each action writes in an editor's name.
var caused = map[Action][]Caused{
	Take:   {{"submission_event", string(EventTaken)}, {"submission_event", string(EventTakenOver)}},
	Save:   {{"submission_event", string(EventTaken)}, {"submission_event", string(EventTakenOver)}, {"draft", "saved"}},
	Ask:    {{"submission_event", string(EventAsked)}},
	Resume: {{"submission_event", string(EventResumed)}},
	Publish: {{"submission_event", string(EventPublished)}, {"practice_event", string(EventPublished)}, {"practice_event", string(EventAdded)},
		{"practice_event", string(EventLookDue)}},
	Point:             {{"submission_event", string(EventExists)}},
	Decline:           {{"submission_event", string(EventDeclined)}},
	Reply:             {{"submission_event", string(EventReplied)}},
	LayAside:          {{"submission_event", string(EventSetAside)}},
	Revise:            {{"practice_event", string(EventRevised)}},
	WithdrawPractice:  {{"practice_event", string(EventWithdrawn)}},
	RemovePractice:    {{"practice_event", string(EventRemoved)}},
	RepublishPractice: {{"practice_event", string(EventRepublished)}},
	MergePractice: {{"practice_event", string(EventMerged)}, {"practice_event", string(EventTookOver)},
		{"solution_contrast", "added"}, {"solution_contrast", "ended"}},
	EditContrast:    {{"solution_contrast", "added"}, {"solution_contrast", "ended"}},
	Readdress:       {{"practice_event", string(EventReaddressed)}},
	Redirect:        {{"practice_event", string(EventRedirected)}},
	SetReview:       {{"practice_event", string(EventReviewSet)}},
	LookedThrough:   {{"practice_event", string(EventLooked)}},
	JoinSolution:    {{"practice_event", string(EventJoined)}},
	BeginExample:    {{"submission_event", string(EventBegun)}},
	Comment:         {{"submission_event", string(EventNoted)}, {"practice_event", string(EventNoted)}},
	TakeProposal:    {{"practice_event", string(EventProposalTaken)}},
	DismissProposal: {{"practice_event", string(EventProposalDismissed)}},
	MendAddress:     {{"submission_event", string(EventEmailMended)}},
	EditMailText:    {{"mail_text", "saved"}},
	AskSource: {{"submission_event", string(EventInquirySent)}, {"submission_event", string(EventInquiryClosed)},
		{"practice_event", string(EventInquirySent)}, {"practice_event", string(EventInquiryClosed)}},
	EditVocabulary: {{"practice_event", string(EventRevised)}, {"vocabulary_event", string(AddItem)}, {"vocabulary_event", string(ChangeItem)}, {"vocabulary_event", string(MergeItem)},
		{"vocabulary_event", string(RetireItem)}, {"vocabulary_event", string(ReviveItem)}, {"vocabulary_event", string(RetagItems)}, {"vocabulary_event", string(UndoAct)}},
	Erase: {{"submission_event", string(EventTextErased)}, {"submission_event", string(EventContentErased)}, {"practice_event", string(EventTextErased)},
		{"vocabulary_event", string(EraseFromItem)}, {"erasure", "text"}, {"erasure", "attachment"}, {"erasure", "content"}},
	ManageAccounts: {{"account_event", string(AccountInvited)}, {"account_event", string(AccountRole)}, {"account_event", string(AccountFactorReset)},
		{"account_event", string(AccountSessionsEnded)}, {"account_event", string(AccountClosed)}},
	RecheckLink: {{"link_event", string(LinkRechecked)}},
	KeepLink:    {{"link_event", string(LinkKeptEvent)}},
	HideSearch:  {{"empty_search", "hidden"}},
}

// ownEvents are what every account does to itself.
var ownEvents = []AccountEventKind{AccountJoined, AccountPassword, AccountFactor, AccountSignedOut}

// withoutEditor are the kinds of events that no editor causes: the submitter's and
// the system's.
var withoutEditor = []EventKind{EventReceived, EventAnswered, EventCorrected, EventContactErased, EventReminded, EventSetAside, EventMoreTime, EventInquiryAnswered}

// RoleEvent is a kind of row that a role may write in its editor's name.
type RoleEvent struct {
	Role Role
	Caused
}

// RoleEvents are all of them, in no order: the same as the rows of the table
// role_event, by which the database refuses the others.
func RoleEvents() (out []RoleEvent) {
	for a, roles := range roleActions {
		for _, r := range roles {
			for _, c := range caused[a] {
				if e := (RoleEvent{r, c}); !slices.Contains(out, e) {
					out = append(out, e)
				}
			}
		}
	}
	for _, r := range everyone {
		for _, k := range ownEvents {
			out = append(out, RoleEvent{r, Caused{"account_event", string(k)}})
		}
	}
	return out
}

// AccountEventKind is what happened to an account.
type AccountEventKind string

// What administrators do to accounts, and then what their owners do.
const (
	AccountInvited       AccountEventKind = "invited"
	AccountRole          AccountEventKind = "role"
	AccountFactorReset   AccountEventKind = "factor_reset"
	AccountSessionsEnded AccountEventKind = "sessions_ended"
	AccountClosed        AccountEventKind = "closed"

	AccountJoined    AccountEventKind = "joined" // by invitation
	AccountPassword  AccountEventKind = "password"
	AccountFactor    AccountEventKind = "factor"
	AccountSignedOut AccountEventKind = "signed_out" // everywhere
)
