package review

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"praksis/internal/catalogue"
)

// constants are the values of all constants of a type in this package, read from
// its source: one that somebody adds tomorrow is among them.
func constants(t *testing.T, name string) (out []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			x, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := x.Type.(*ast.Ident); !ok || kind.Name != name {
				return true
			}
			for _, v := range x.Values {
				if text, ok := v.(*ast.BasicLit); ok {
					s, err := strconv.Unquote(text.Value)
					if err != nil {
						t.Fatal(err)
					}
					out = append(out, s)
				}
			}
			return true
		})
	}
	if len(out) < 4 {
		t.Fatalf("%d constants of %s", len(out), name)
	}
	return out
}

func TestEveryActionHasARow(t *testing.T) {
	for _, a := range constants(t, "Action") {
		if _, there := roleActions[Action(a)]; !there {
			t.Errorf("%q: no row of roleActions says who may do it (role.go)", a)
		}
	}
	for a := range roleActions {
		if !slices.Contains(constants(t, "Action"), string(a)) {
			t.Errorf("%q is no action", a)
		}
	}
	for _, r := range constants(t, "Role") {
		if !Roles.Has(Role(r)) || Role(r).Explain() == "" {
			t.Errorf("%q has no label or explanation", r)
		}
	}
}

func TestEveryEventHasAnAction(t *testing.T) {
	known := map[string]map[string]bool{"EventKind": {}, "AccountEventKind": {}}
	for _, list := range caused {
		for _, c := range list {
			known[map[bool]string{true: "AccountEventKind", false: "EventKind"}[c.Table == "account_event"]][c.Kind] = true
		}
	}
	for _, k := range withoutEditor {
		known["EventKind"][string(k)] = true
	}
	for _, k := range ownEvents {
		known["AccountEventKind"][string(k)] = true
	}
	for kind, of := range known {
		for _, k := range constants(t, kind) {
			if !of[k] {
				t.Errorf("%s %q: caused (role.go) does not say which action writes such an event", kind, k)
			}
		}
	}
	for a := range maps.Keys(caused) {
		if len(roleActions[a]) == 0 {
			t.Errorf("%q writes events in an editor's name, and nobody may do it", a)
		}
	}
}

// The whole of role × action × state, written once more by hand: w writer, e editor,
// a administrator, c checker; and the states in which it can be done.
var rolesByHand = map[Action]struct{ roles, states string }{
	Take:              {"wea", "received held in_review changes_requested"},
	Save:              {"wea", "received held in_review changes_requested"},
	Ask:               {"wea", "received held in_review changes_requested"},
	Publish:           {"ea", "received held in_review changes_requested"},
	Point:             {"ea", "received held in_review changes_requested"},
	Decline:           {"ea", "received held in_review changes_requested"},
	Reply:             {"ea", "received held in_review changes_requested"},
	Answer:            {"", "changes_requested in_review set_aside"},
	Correct:           {"", "received held in_review changes_requested set_aside"},
	Withdraw:          {"", "received held in_review changes_requested set_aside"},
	Resume:            {"wea", "changes_requested set_aside"},
	Remind:            {"", "changes_requested"},
	PutAside:          {"", "changes_requested"},
	LayAside:          {"ea", "received held in_review changes_requested"},
	Revise:            {"ea", "published withdrawn"},
	WithdrawPractice:  {"ea", "published"},
	RepublishPractice: {"ea", "withdrawn"},
	Readdress:         {"ea", "published withdrawn"},
	Redirect:          {"ea", "published withdrawn"},
	SetReview:         {"ea", "published"},
	LookedThrough:     {"eac", "published"},
	JoinSolution:      {"ea", "published"},
	BeginExample:      {"wea", "*"},
	RemovePractice:    {"ea", "published withdrawn"},
	MergePractice:     {"ea", "published"},
	Comment:           {"weac", "*"},
	AskSource:         {"weac", "*"},
	MendAddress:       {"wea", "*"},
	SendAgain:         {"wea", "*"},
	EditContrast:      {"ea", "*"},
	EditMailText:      {"ea", "*"},
	TakeProposal:      {"ea", "*"},
	DismissProposal:   {"ea", "*"},
	EditVocabulary:    {"ea", "*"},
	Erase:             {"ea", "*"},
	ManageAccounts:    {"a", "*"},
	RecheckLink:       {"wea", "*"},
	KeepLink:          {"ea", "*"},
	HideSearch:        {"wea", "*"},
}

func TestRoleActionState(t *testing.T) {
	letters := map[Role]string{RoleWriter: "w", RoleEditor: "e", RoleAdministrator: "a", RoleChecker: "c", "": "-", "owner": "-"}
	for a := range roleActions {
		want, there := rolesByHand[a]
		if !there {
			t.Errorf("%q: not in rolesByHand", a)
			continue
		}
		for r, letter := range letters {
			may := r.May(a)
			if may != strings.Contains(want.roles, letter) {
				t.Errorf("a %s may %s: %t", r, a, may)
			}
			for _, s := range constants(t, "SubmissionState") {
				_, err := SubmissionState(s).After(a)
				can := transitions[a] == nil || err == nil
				if wanted := want.states == "*" || slices.Contains(strings.Fields(want.states), s); !a.OnPractice() && (may && can) != (strings.Contains(want.roles, letter) && wanted) {
					t.Errorf("a %s, %s, when %s: %t", r, a, s, may && can)
				}
			}
			for _, s := range []catalogue.State{catalogue.StatePublished, catalogue.StateWithdrawn, catalogue.StateRemoved, catalogue.StateMerged} {
				if _, can := practiceTransitions[a][s]; a.OnPractice() && (may && can) != (strings.Contains(want.roles, letter) && slices.Contains(strings.Fields(want.states), string(s))) {
					t.Errorf("a %s, %s, when %s: %t", r, a, s, may && can)
				}
			}
		}
	}
}
