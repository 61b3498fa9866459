package auth

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"praksis/internal/mailaddr"
	"praksis/internal/review"
)

// OIDC is a provider of OpenID Connect, found by discovery, and what is asked of
// its tokens. Its own rules say what its users prove themselves with, so that no
// second factor is asked for here.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	// Redirect is our address to which the provider sends its answer.
	Redirect string
	// EmailClaims name the claims that can hold the user's address, the first that
	// is there counts; without any it is "email".
	EmailClaims []string
	// TrustedIssuer is the issuer whose users' addresses are theirs though it does
	// not say so: email_verified is missing, or the address stands in another claim.
	// It is the same as Issuer, or empty: nobody is trusted.
	TrustedIssuer string
	// RoleClaim names the claim with the user's roles, of which whoever comes in must
	// have one that is listed here. A dot leads into a claim: realm_access.roles.
	// With EditorRoles alone an account keeps the role that it has; with any of the
	// other lists the provider gives it its role at every sign-in, the first of
	// administrator, editor, writer and checker.
	RoleClaim                                                  string
	AdministratorRoles, EditorRoles, WriterRoles, CheckerRoles []string
	// AssuranceClaim names the claim with the level of assurance, "acr" when it is
	// empty, and Assurance the values of it that suffice; without any, all do.
	AssuranceClaim string
	Assurance      []string
}

// Check refuses settings that cannot be meant, or that would let in whom the
// operator does not know.
func (c OIDC) Check() error {
	if c.Issuer == "" {
		if c.TrustedIssuer != "" || c.RoleClaim != "" || len(c.roles())+len(c.Assurance) > 0 {
			return errors.New("settings of OpenID Connect without an issuer: give --oidc-issuer")
		}
		return nil
	}
	if tenant, entra := entraTenant(c.Issuer); entra && !guid.MatchString(tenant) {
		return fmt.Errorf("--oidc-issuer: %q is not the issuer of one tenant of Entra ID: name it with the tenant's ID, as in https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0", c.Issuer)
	} else if entra && strings.EqualFold(tenant, consumers) {
		return errors.New("--oidc-issuer: that tenant is of all private Microsoft accounts")
	}
	if c.TrustedIssuer != "" && c.TrustedIssuer != c.Issuer {
		return fmt.Errorf("--oidc-trusted-issuer: %q is not the issuer %q, letter for letter", c.TrustedIssuer, c.Issuer)
	}
	if others := slices.DeleteFunc(slices.Clone(c.EmailClaims), func(s string) bool { return s == "email" }); len(others) > 0 && c.TrustedIssuer == "" {
		return fmt.Errorf("--oidc-email-claims: nothing verifies %q but your trust: name the issuer with --oidc-trusted-issuer too, once you know that its users cannot choose it", others)
	}
	if (c.RoleClaim == "") != (len(c.roles()) == 0) {
		return errors.New("--oidc-role-claim goes together with --oidc-editor-roles, or the roles of writers, administrators or checkers")
	}
	return nil
}

// guid is the form of a tenant's ID.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// consumers is the tenant of private Microsoft accounts.
const consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"

var entraHosts = []string{"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.windows.net", "sts.windows.net"}

// entraTenant is the tenant in an issuer of Entra ID; false for other issuers.
func entraTenant(issuer string) (string, bool) {
	u, err := url.Parse(issuer)
	if err != nil || !slices.Contains(entraHosts, strings.ToLower(u.Hostname())) {
		return "", false
	}
	tenant, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	return tenant, true
}

// claims are what a provider says of a user.
type claims map[string]any

// find gives a claim by its name or, where there is none of that name, the one
// that its dots lead to: names of claims may be web addresses.
func (c claims) find(name string) any {
	if v, ok := c[name]; ok {
		return v
	}
	first, rest, deeper := strings.Cut(name, ".")
	inner, ok := c[first].(map[string]any)
	if !deeper || !ok {
		return nil
	}
	return claims(inner).find(rest)
}

// user is who has signed in at the provider.
type user struct {
	issuer, subject string
	signed          claims        // of the ID token
	more            func() claims // of userinfo, asked for when needed; may be nil
}

// values are the texts of a claim, which is one or a list. One text is one value,
// spaces and all: "no editor" is not "editor".
func values(v any) (out []string) {
	switch v := v.(type) {
	case string:
		out = []string{v}
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

func oneOf(v any, wanted []string) bool {
	return slices.ContainsFunc(values(v), func(s string) bool { return slices.Contains(wanted, s) })
}

func (c OIDC) assuranceClaim() string {
	if c.AssuranceClaim == "" {
		return "acr"
	}
	return c.AssuranceClaim
}

// assuranceMissing names the claim without which the user is not let in; "" when
// nothing is missing. Only the ID token is of this very sign-in.
func (c OIDC) assuranceMissing(u user) string {
	if claim := c.assuranceClaim(); len(c.Assurance) > 0 && !oneOf(u.signed.find(claim), c.Assurance) {
		return claim
	}
	return ""
}

// roleMissing is the same of the roles.
func (c OIDC) roleMissing(u user) string {
	if c.RoleClaim == "" {
		return ""
	}
	if !oneOf(c.roleValues(u), c.roles()) {
		return c.RoleClaim
	}
	return ""
}

// roles are all that let somebody in.
func (c OIDC) roles() []string {
	return slices.Concat(c.AdministratorRoles, c.EditorRoles, c.WriterRoles, c.CheckerRoles)
}

func (c OIDC) roleValues(u user) any {
	if v := u.signed.find(c.RoleClaim); v != nil {
		return v
	}
	return u.more().find(c.RoleClaim)
}

// role is what the provider makes of a user; false where it leaves that to us.
func (c OIDC) role(u user) (review.Role, bool) {
	if len(c.AdministratorRoles)+len(c.WriterRoles)+len(c.CheckerRoles) == 0 {
		return "", false
	}
	v := c.roleValues(u)
	for _, x := range []struct {
		role   review.Role
		claims []string
	}{{review.RoleAdministrator, c.AdministratorRoles}, {review.RoleEditor, c.EditorRoles}, {review.RoleWriter, c.WriterRoles}, {review.RoleChecker, c.CheckerRoles}} {
		if oneOf(v, x.claims) {
			return x.role, true
		}
	}
	return "", false
}

// unfit says which claim keeps an address from counting.
type unfit struct{ claim, text string }

// address is the user's address: of the first claim that has one, when the
// provider has verified it or is trusted.
func (c OIDC) address(u user) (string, *unfit) {
	names := c.EmailClaims
	if len(names) == 0 {
		names = []string{"email"}
	}
	for _, name := range names {
		// What verifies an address stands beside it.
		for _, from := range []func() claims{func() claims { return u.signed }, u.more} {
			all := from()
			text, ok := all.find(name).(string)
			if !ok || strings.TrimSpace(text) == "" {
				continue
			}
			a, err := mailaddr.Read(text)
			if err != nil {
				return "", &unfit{name, "the claim holds no address"}
			}
			if name == "email" {
				switch told, verified := truth(all["email_verified"]); {
				case told && !verified:
					return "", &unfit{"email_verified", "the address is not verified"}
				case told:
					return a.String(), nil
				}
			}
			why := c.distrusts(u)
			if why != nil && name == "email" {
				// Some sign the address and verify it elsewhere.
				more := u.more()
				again, _ := more["email"].(string)
				if told, verified := truth(more["email_verified"]); told && verified && strings.EqualFold(again, text) {
					why = nil
				}
			}
			if why != nil {
				return "", why
			}
			return a.String(), nil
		}
	}
	return "", &unfit{strings.Join(names, ", "), "the claim is missing"}
}

// distrusts says why an address that the provider does not call verified does
// not count; nil when it does. In Entra ID an address is what the user's own
// tenant says it is: that of a guest was never anybody's to prove.
func (c OIDC) distrusts(u user) *unfit {
	if c.TrustedIssuer == "" || c.TrustedIssuer != u.issuer {
		return &unfit{"email_verified", "the claim is missing, and the issuer is not trusted without it (--oidc-trusted-issuer)"}
	}
	tenant, entra := entraTenant(u.issuer)
	if !entra {
		return nil
	}
	if tid, _ := u.signed["tid"].(string); !strings.EqualFold(tid, tenant) {
		return &unfit{"tid", "the user is not of the issuer's tenant"}
	}
	if idp, there := u.signed["idp"]; there {
		s, _ := idp.(string)
		home, of := entraTenant(s)
		if !of || !strings.EqualFold(home, tenant) {
			return &unfit{"idp", "the user is a guest of the tenant"}
		}
	}
	if told, guest := truth(u.signed["acct"]); told && guest {
		return &unfit{"acct", "the user is a guest of the tenant"}
	}
	if told, owned := truth(u.signed["xms_edov"]); told && !owned {
		return &unfit{"xms_edov", "the tenant does not own the address's domain"}
	}
	return nil
}

// truth reads a claim that says yes or no, which providers write as they like.
// What cannot be read is no.
func truth(v any) (told, yes bool) {
	switch v := v.(type) {
	case nil:
		return false, false
	case bool:
		return true, v
	case string:
		return true, strings.EqualFold(v, "true") || v == "1"
	case float64:
		return true, v == 1
	}
	return true, false
}
