package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"praksis/internal/auth"
	"praksis/internal/catalogue"
	"praksis/internal/mailaddr"
	"praksis/internal/postgres"
	"praksis/internal/review"

	"golang.org/x/term"
)

// editorCmd keeps the accounts of those who may publish.
type editorCmd struct {
	Add         editorAdd         `cmd:"" help:"Open an account."`
	List        editorList        `cmd:"" help:"List the accounts."`
	Role        editorRole        `cmd:"" help:"Give an account another role."`
	Password    editorPassword    `cmd:"" help:"Set a new password, and end all sessions of the account."`
	ResetTOTP   editorResetTOTP   `cmd:"" name:"reset-totp" help:"Forget the second factor, so that the next sign-in sets up a new one; ends all sessions."`
	UnlinkOIDC  editorUnlinkOIDC  `cmd:"" name:"unlink-oidc" help:"Forget which of the provider's users the account is bound to, so that the next sign-in binds it anew; ends all sessions."`
	EndSessions editorEndSessions `cmd:"" name:"end-sessions" help:"End all sessions of an account."`
	Close       editorClose       `cmd:"" help:"Close an account and end its sessions. Its name stays with what it decided."`
}

type editorAdd struct {
	Mail     string `arg:"" help:"Address to sign in with."`
	Name     string `help:"Name, as the other editors see it." required:""`
	Role     string `help:"What the account may do: writer, editor, administrator, checker. Without it an editor, or an administrator as long as there is none." enum:",writer,editor,administrator,checker" default:""`
	Generate bool   `help:"Make a password and print it."`
	OIDC     bool   `name:"oidc-only" help:"No password: sign in through OpenID Connect only."`
}

// Run opens the account.
func (a *editorAdd) Run(ctx context.Context, c *cli) error {
	if _, err := mailaddr.Read(a.Mail); err != nil {
		return fmt.Errorf("%q: %w", a.Mail, err)
	}
	e := postgres.Editor{Email: a.Mail, Name: a.Name, Role: review.Role(a.Role)}
	if !a.OIDC {
		hash, err := newPassword(ctx, a.Generate, a.Mail, a.Name)
		if err != nil {
			return err
		}
		e.PasswordHash = hash
	}
	return c.with(ctx, func(d *database) error {
		if e.Role == "" {
			list, err := d.Editors(ctx)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(list, func(x postgres.Editor) bool { return x.Role == review.RoleAdministrator && !x.Closed }) {
				e.Role = review.RoleAdministrator
			}
		}
		_, err := d.AddEditor(ctx, e, time.Now().UTC())
		if errors.Is(err, catalogue.ErrConflict) {
			return fmt.Errorf("%s has an account already", a.Mail)
		}
		return err
	})
}

type editorRole struct {
	Mail string `arg:"" help:"Address of the account."`
	Role string `arg:"" help:"writer, editor, administrator or checker." enum:"writer,editor,administrator,checker"`
}

// Run changes the role.
func (a *editorRole) Run(ctx context.Context, c *cli) error {
	return c.withEditor(ctx, a.Mail, func(d *database, e postgres.Editor) error {
		return d.SetEditorRole(ctx, e.ID, e.Role, review.Role(a.Role), 0, time.Now().UTC())
	})
}

type editorList struct{}

// Run lists the accounts.
func (*editorList) Run(ctx context.Context, c *cli) error {
	return c.with(ctx, func(d *database) error {
		list, err := d.Editors(ctx)
		for _, e := range list {
			marks := []string{string(e.Role)}
			if e.Invited != nil {
				marks = append(marks, "invited")
			}
			if e.Closed {
				marks = append(marks, "closed")
			}
			if e.PasswordHash != "" {
				marks = append(marks, "password")
			}
			if e.TOTPSecret != "" {
				marks = append(marks, "second factor")
			}
			if e.OIDCSubject != "" {
				marks = append(marks, "OpenID Connect")
			}
			fmt.Printf("%s\t%s\t%s\n", e.Email, e.Name, strings.Join(marks, ", "))
		}
		return err
	})
}

type editorPassword struct {
	Mail     string `arg:"" help:"Address of the account."`
	Generate bool   `help:"Make a password and print it."`
}

// Run sets the password.
func (a *editorPassword) Run(ctx context.Context, c *cli) error {
	return c.withEditor(ctx, a.Mail, func(d *database, e postgres.Editor) error {
		hash, err := newPassword(ctx, a.Generate, e.Email, e.Name)
		if err != nil {
			return err
		}
		return d.SetEditorPassword(ctx, e.ID, hash)
	})
}

type editorResetTOTP struct {
	Mail string `arg:"" help:"Address of the account."`
}

// Run forgets the second factor.
func (a *editorResetTOTP) Run(ctx context.Context, c *cli) error {
	return c.withEditor(ctx, a.Mail, func(d *database, e postgres.Editor) error {
		return d.ResetEditorFactor(ctx, e.ID, 0, time.Now().UTC())
	})
}

type editorUnlinkOIDC struct {
	Mail string `arg:"" help:"Address of the account."`
}

// Run frees the account.
func (a *editorUnlinkOIDC) Run(ctx context.Context, c *cli) error {
	return c.withEditor(ctx, a.Mail, func(d *database, e postgres.Editor) error { return d.UnlinkEditorOIDC(ctx, e.ID) })
}

type editorEndSessions struct {
	Mail string `arg:"" help:"Address of the account."`
}

// Run ends the sessions.
func (a *editorEndSessions) Run(ctx context.Context, c *cli) error {
	return c.withEditor(ctx, a.Mail, func(d *database, e postgres.Editor) error { return d.EndEditorSessions(ctx, e.ID, 0, time.Now().UTC()) })
}

type editorClose struct {
	Mail string `arg:"" help:"Address of the account."`
}

// Run closes the account.
func (a *editorClose) Run(ctx context.Context, c *cli) error {
	return c.withEditor(ctx, a.Mail, func(d *database, e postgres.Editor) error {
		return d.CloseEditor(ctx, e.ID, 0, time.Now().UTC())
	})
}

// withEditor runs do with the open account of an address.
func (c *cli) withEditor(ctx context.Context, mail string, do func(*database, postgres.Editor) error) error {
	return c.with(ctx, func(d *database) error {
		e, err := d.EditorByEmail(ctx, mail)
		if errors.Is(err, catalogue.ErrNotFound) {
			return fmt.Errorf("%s has no open account", mail)
		}
		if err != nil {
			return err
		}
		return do(d, e)
	})
}

// newPassword is the hash of a password that is made and printed, or asked for.
func newPassword(ctx context.Context, generate bool, about ...string) (string, error) {
	if generate {
		password := auth.GeneratePassword()
		hash, err := auth.HashPassword(ctx, password)
		if err == nil {
			fmt.Println(password)
		}
		return hash, err
	}
	password, err := askPassword(os.Stdin, os.Stderr)
	if err != nil {
		return "", err
	}
	if auth.CheckPassword(password, about...) != nil {
		return "", fmt.Errorf("the password needs %d to %d characters and must not be easy to guess", auth.MinPassword, auth.MaxPassword)
	}
	return auth.HashPassword(ctx, password)
}

// askPassword reads a password without showing it; from what is no terminal,
// its first line.
func askPassword(in *os.File, out io.Writer) (string, error) {
	if !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(in, 1<<12)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	ask := func(what string) (string, error) {
		fmt.Fprint(out, what)
		b, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(out)
		return string(b), err
	}
	first, err := ask("Password: ")
	if err != nil {
		return "", err
	}
	again, err := ask("Again: ")
	if err == nil && again != first {
		err = errors.New("the two are not the same")
	}
	return first, err
}

// demoMail is the demonstration editor of a private database on loopback.
const demoMail = "demo@praksiskataloget.example"

// demoPassword is a new password for the demonstration editor, with its hash,
// which takes some tenths of a second.
type demoPassword struct {
	password, hash string
	err            error
}

// newDemoPassword makes one in the background, and sends it.
func newDemoPassword(ctx context.Context) <-chan demoPassword {
	made := make(chan demoPassword, 1)
	go func() {
		p := demoPassword{password: auth.GeneratePassword()}
		p.hash, p.err = auth.HashPassword(ctx, p.password)
		made <- p
	}()
	return made
}

// demoEditor gives the demonstration editor a new password, which is told once,
// and makes the account when there is none.
func demoEditor(ctx context.Context, store *postgres.Store, made <-chan demoPassword, now time.Time) (mail, password string, err error) {
	p := <-made
	if p.err != nil {
		return "", "", p.err
	}
	hash, password := p.hash, p.password
	e, err := store.EditorByEmail(ctx, demoMail)
	if errors.Is(err, catalogue.ErrNotFound) {
		_, err = store.AddEditor(ctx, postgres.Editor{Email: demoMail, Name: "Demoredaktør", PasswordHash: hash, Role: review.RoleAdministrator}, now)
		return demoMail, password, err
	}
	if err != nil {
		return "", "", err
	}
	// A second factor that somebody tried out would keep them out now.
	if err := store.SetEditorTOTP(ctx, e.ID, ""); err != nil {
		return "", "", err
	}
	return demoMail, password, store.SetEditorPassword(ctx, e.ID, hash)
}
