package web

// DeskSignIn is the first step of a sign-in.
type DeskSignIn struct {
	Desk
	Fields []Field
	Hidden []Hidden
	OIDC   string // address of the sign-in at a provider; empty: there is none
	// Notice says that the session has ended. Carries is set when what the editor
	// typed goes with the form.
	Notice  Notice
	Carries bool
}

// DeskCode is the second step of a sign-in.
type DeskCode struct {
	Desk
	Field   Field
	Hidden  []Hidden
	Carries bool
}

// DeskFactor sets up a second factor.
type DeskFactor struct {
	Desk
	Must        bool // nothing else can be done before
	Image       string
	Secret, URL string
	Fields      []Field
	Hidden      []Hidden
	Carries     bool
}

// DeskAccount is the editor's own account.
type DeskAccount struct {
	Desk
	Mail      string
	RoleText  string // what the role may do
	HasFactor bool
	Fields    []Field
	Events    []SubmissionLine
}

// DeskAccounts are all accounts, with the form that invites a new editor.
type DeskAccounts struct {
	Desk
	Rows         []DeskAccountRow
	Action, Keep string
	Hidden       []Hidden
	Fields       []Field
	Kept         *DeskKept
	Dirty        bool // something is typed
	Events       []SubmissionLine
}

// DeskAccountRow is one of them.
type DeskAccountRow struct{ Name, URL, Mail, Role, State, Factor string }

// DeskAccountOf is one account with what can be done to it.
type DeskAccountOf struct {
	Desk
	Facts   []Fact
	Action  string
	Hidden  []Hidden
	Choose  Field // the role
	Open    bool  // it is not closed
	Invited bool  // its owner has not come yet
	Events  []SubmissionLine
}

// DeskInvitation asks somebody who was invited for a password.
type DeskInvitation struct {
	Desk
	Name, Mail, Action string
	Field              Field
}
