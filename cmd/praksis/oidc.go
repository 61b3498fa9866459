package main

import (
	"errors"
	"net/url"
	"strings"

	"praksis/internal/auth"
)

// oidcFlags say which provider of OpenID Connect lets editors in, and what its
// tokens must say.
type oidcFlags struct {
	OIDCIssuer         string   `name:"oidc-issuer" help:"OpenID Connect provider for editors to sign in with." env:"PRAKSIS_OIDC_ISSUER" placeholder:"URL"`
	OIDCClientID       string   `name:"oidc-client-id" help:"Who we are to the provider." env:"PRAKSIS_OIDC_CLIENT_ID" placeholder:"ID"`
	OIDCClientSecret   string   `secret:"all" name:"oidc-client-secret" help:"The secret of that." env:"PRAKSIS_OIDC_CLIENT_SECRET" placeholder:"SECRET"`
	OIDCEmailClaims    []string `name:"oidc-email-claims" help:"Claims that can hold the user's mail address, the first that is there counts: email,upn,preferred_username." default:"email" env:"PRAKSIS_OIDC_EMAIL_CLAIMS" placeholder:"CLAIM,…"`
	OIDCTrustedIssuer  string   `name:"oidc-trusted-issuer" help:"The issuer once more, letter for letter, when its users' addresses are theirs though its tokens do not say email_verified. Read docs/sign-in.md first." env:"PRAKSIS_OIDC_TRUSTED_ISSUER" placeholder:"URL"`
	OIDCRoleClaim      string   `name:"oidc-role-claim" help:"Claim with the user's roles: roles, groups, realm_access.roles." env:"PRAKSIS_OIDC_ROLE_CLAIM" placeholder:"CLAIM"`
	OIDCEditorRoles    []string `name:"oidc-editor-roles" help:"Roles of which an editor must have one." env:"PRAKSIS_OIDC_EDITOR_ROLES" placeholder:"ROLE,…"`
	OIDCWriterRoles    []string `name:"oidc-writer-roles" help:"Roles that make somebody a writer. With one of these three, the provider decides what everybody may do, at every sign-in." env:"PRAKSIS_OIDC_WRITER_ROLES" placeholder:"ROLE,…"`
	OIDCAdminRoles     []string `name:"oidc-administrator-roles" help:"Roles that make somebody an administrator." env:"PRAKSIS_OIDC_ADMINISTRATOR_ROLES" placeholder:"ROLE,…"`
	OIDCCheckerRoles   []string `name:"oidc-checker-roles" help:"Roles that make somebody a checker." env:"PRAKSIS_OIDC_CHECKER_ROLES" placeholder:"ROLE,…"`
	OIDCAssuranceClaim string   `name:"oidc-assurance-claim" help:"Claim with the level of assurance." default:"acr" env:"PRAKSIS_OIDC_ASSURANCE_CLAIM" placeholder:"CLAIM"`
	OIDCAssurance      []string `name:"oidc-assurance" help:"Values of it that suffice; all do when none is given." env:"PRAKSIS_OIDC_ASSURANCE" placeholder:"VALUE,…"`
}

// oidc is the provider, which sends its answer to redirect.
func (f *oidcFlags) oidc(redirect string) auth.OIDC {
	return auth.OIDC{Issuer: f.OIDCIssuer, ClientID: f.OIDCClientID, ClientSecret: f.OIDCClientSecret, Redirect: redirect,
		EmailClaims: f.OIDCEmailClaims, TrustedIssuer: f.OIDCTrustedIssuer, RoleClaim: f.OIDCRoleClaim, EditorRoles: f.OIDCEditorRoles,
		WriterRoles: f.OIDCWriterRoles, AdministratorRoles: f.OIDCAdminRoles, CheckerRoles: f.OIDCCheckerRoles,
		AssuranceClaim: f.OIDCAssuranceClaim, Assurance: f.OIDCAssurance}
}

// checkOIDC refuses what cannot be meant of a catalogue with that public address.
func (f *oidcFlags) checkOIDC(publicURL string) error {
	var faults []error
	if f.OIDCIssuer == "" && f.OIDCClientID+f.OIDCClientSecret != "" {
		faults = append(faults, errors.New("--oidc-client-id and --oidc-client-secret are those of a provider: give --oidc-issuer too"))
	}
	if f.OIDCIssuer != "" {
		if u, err := url.Parse(f.OIDCIssuer); err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && local(u.Hostname())) {
			faults = append(faults, errors.New("--oidc-issuer: give the whole address of the provider, which begins with https://"))
		}
		if f.OIDCClientID == "" {
			faults = append(faults, errors.New("a provider was named with --oidc-issuer, but not who we are to it: give --oidc-client-id"))
		}
		if !localURL(publicURL) && !strings.HasPrefix(publicURL, "https://") {
			faults = append(faults, errors.New("--oidc-issuer sends sign-ins to --public-url, which is not https: anybody on the way could take them"))
		}
	}
	return errors.Join(append(faults, f.oidc("").Check())...)
}
