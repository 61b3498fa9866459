package auth

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/postgres"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

// fakeProvider answers as a provider of OpenID Connect does, with tokens that a
// test writes: real HTTP, real signatures.
type fakeProvider struct {
	t      *testing.T
	issuer string
	key    *rsa.PrivateKey
	nonce  string
	token  map[string]any // of the ID token, beside what every one has
	info   map[string]any // of userinfo; nil: it fails
}

const (
	tenant      = "11111111-2222-3333-4444-555555555555"
	otherTenant = "99999999-2222-3333-4444-555555555555"
	entra       = "https://login.microsoftonline.com/" + tenant + "/v2.0"
)

// newFakeProvider serves an issuer, whatever host its name has.
func newFakeProvider(t *testing.T, issuer string) *fakeProvider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &fakeProvider{t: t, issuer: issuer, key: key}
	at, err := url.Parse(issuer)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewTLSServer(http.StripPrefix(strings.TrimSuffix(at.Path, "/"), http.HandlerFunc(p.serve)))
	t.Cleanup(srv.Close)
	client := srv.Client()
	transport := client.Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.ServerName = "example.com" // the name in the certificate
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
	}
	before := providerClient
	providerClient = &http.Client{Transport: transport, Timeout: providerTimeout}
	t.Cleanup(func() { providerClient = before })
	return p
}

func (p *fakeProvider) serve(w http.ResponseWriter, r *http.Request) {
	base := strings.TrimSuffix(p.issuer, "/")
	answer := func(v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			p.t.Error(err)
		}
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		answer(map[string]any{"issuer": p.issuer, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token", "userinfo_endpoint": base + "/userinfo",
			"jwks_uri": base + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	case "/keys":
		b64 := base64.RawURLEncoding.EncodeToString
		answer(map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k",
			"n": b64(p.key.N.Bytes()), "e": b64(big.NewInt(int64(p.key.E)).Bytes())}}})
	case "/token":
		all := map[string]any{"iss": p.issuer, "sub": "s", "aud": "praksis", "nonce": p.nonce, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
		for k, v := range p.token {
			all[k] = v
		}
		text, err := json.Marshal(all)
		if err != nil {
			p.t.Error(err)
		}
		answer(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": oidctest.SignIDToken(p.key, "k", "RS256", string(text))})
	case "/userinfo":
		if p.info == nil {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		answer(p.info)
	default:
		http.NotFound(w, r)
	}
}

// signIn has somebody sign in at the provider and come back.
func (p *fakeProvider) signIn(f *fixture) (status int, says string, asked url.Values) {
	p.t.Helper()
	b := f.browser("192.0.2.1")
	to, err := url.Parse(b.must(200, "/start"))
	if err != nil {
		p.t.Fatal(err)
	}
	asked = to.Query()
	p.nonce = asked.Get("nonce")
	status, says = b.get("/finish", "code", "c", "state", asked.Get("state"))
	if status == 200 {
		b.stage(SignedIn)
	} else {
		b.stage(SignedOut)
	}
	return status, says, asked
}

// TestTokensOfProviders signs in with the tokens that providers really send.
func TestTokensOfProviders(t *testing.T) {
	type m = map[string]any
	member := func(more m) m { // of an Entra ID tenant
		out := m{"tid": tenant, "oid": "o", "preferred_username": testMail, "name": "Rita"}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	other := "https://idp.example"
	for name, c := range map[string]struct {
		issuer string
		cfg    OIDC
		token  m
		info   m
		err    error  // nil: let in
		claim  string // that the log names
	}{
		"verified":                      {issuer: other, token: m{"email": testMail, "email_verified": true}},
		"verified, as a text":           {issuer: other, token: m{"email": testMail, "email_verified": "true"}},
		"verified, in other letters":    {issuer: other, token: m{"email": " RITA@Kommune.EXAMPLE ", "email_verified": "True"}},
		"by userinfo":                   {issuer: other, info: m{"sub": "s", "email": testMail, "email_verified": "true"}},
		"verified by userinfo":          {issuer: other, token: m{"email": testMail}, info: m{"sub": "s", "email": testMail, "email_verified": true}},
		"userinfo verifies another":     {issuer: other, token: m{"email": testMail}, info: m{"sub": "s", "email": "x@kommune.example", "email_verified": true}, err: ErrClaim, claim: "email_verified"},
		"userinfo of another":           {issuer: other, info: m{"sub": "other", "email": testMail, "email_verified": true}, err: ErrClaim, claim: "email"},
		"not verified":                  {issuer: other, token: m{"email": testMail, "email_verified": false}, err: ErrClaim, claim: "email_verified"},
		"not verified, as a text":       {issuer: other, token: m{"email": testMail, "email_verified": "false"}, err: ErrClaim, claim: "email_verified"},
		"not verified, and trusted":     {issuer: other, cfg: OIDC{TrustedIssuer: other}, token: m{"email": testMail, "email_verified": "false"}, err: ErrClaim, claim: "email_verified"},
		"verified as nobody can read":   {issuer: other, cfg: OIDC{TrustedIssuer: other}, token: m{"email": testMail, "email_verified": []any{true}}, err: ErrClaim, claim: "email_verified"},
		"verified is missing":           {issuer: other, token: m{"email": testMail}, err: ErrClaim, claim: "email_verified"},
		"missing, and trusted":          {issuer: other, cfg: OIDC{TrustedIssuer: other}, token: m{"email": testMail}},
		"nothing":                       {issuer: other, token: m{"name": "Rita"}, err: ErrClaim, claim: "email"},
		"an address that is none":       {issuer: other, token: m{"email": "rita", "email_verified": true}, err: ErrClaim, claim: "email"},
		"an address that is no text":    {issuer: other, token: m{"email": []any{testMail}, "email_verified": true}, err: ErrClaim, claim: "email"},
		"a stranger":                    {issuer: other, token: m{"email": "fremmed@kommune.example", "email_verified": true}, err: ErrNoAccount},
		"Entra ID, not trusted":         {issuer: entra, token: member(m{"email": testMail}), err: ErrClaim, claim: "email_verified"},
		"Entra ID":                      {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail})},
		"Entra ID, capitals":            {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": "Rita@KOMMUNE.example", "tid": strings.ToUpper(tenant)})},
		"Entra ID, by userinfo":         {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(nil), info: m{"sub": "s", "email": testMail}},
		"Entra ID without email":        {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(nil), err: ErrClaim, claim: "email"},
		"Entra ID, preferred_username":  {issuer: entra, cfg: OIDC{TrustedIssuer: entra, EmailClaims: []string{"email", "upn", "preferred_username"}}, token: member(nil)},
		"Entra ID, upn":                 {issuer: entra, cfg: OIDC{TrustedIssuer: entra, EmailClaims: []string{"upn"}}, token: member(m{"upn": testMail})},
		"Entra ID, another tenant":      {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "tid": otherTenant}), err: ErrClaim, claim: "tid"},
		"Entra ID, no tenant":           {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: m{"email": testMail}, err: ErrClaim, claim: "tid"},
		"Entra ID, a guest":             {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "idp": "https://sts.windows.net/" + otherTenant + "/"}), err: ErrClaim, claim: "idp"},
		"Entra ID, a private account":   {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "idp": "live.com"}), err: ErrClaim, claim: "idp"},
		"Entra ID, its own as idp":      {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "idp": "https://sts.windows.net/" + tenant + "/"})},
		"Entra ID, a guest by acct":     {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "acct": 1}), err: ErrClaim, claim: "acct"},
		"Entra ID, a member by acct":    {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "acct": 0})},
		"Entra ID, domain not owned":    {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "xms_edov": false}), err: ErrClaim, claim: "xms_edov"},
		"Entra ID, domain not owned, 0": {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "xms_edov": "0"}), err: ErrClaim, claim: "xms_edov"},
		"Entra ID, domain owned":        {issuer: entra, cfg: OIDC{TrustedIssuer: entra}, token: member(m{"email": testMail, "xms_edov": 1})},
		"a role":                        {issuer: other, cfg: OIDC{RoleClaim: "roles", EditorRoles: []string{"Redaktør", "Chef"}}, token: m{"email": testMail, "email_verified": true, "roles": []any{"Borger", "Chef"}}},
		"a role, as a text":             {issuer: other, cfg: OIDC{RoleClaim: "role", EditorRoles: []string{"editor"}}, token: m{"email": testMail, "email_verified": true, "role": "editor"}},
		"a role, further in":            {issuer: other, cfg: OIDC{RoleClaim: "realm_access.roles", EditorRoles: []string{"editor"}}, token: m{"email": testMail, "email_verified": true, "realm_access": m{"roles": []any{"editor"}}}},
		"a role by userinfo":            {issuer: other, cfg: OIDC{RoleClaim: "https://data.gov.dk/roles", EditorRoles: []string{"editor"}}, token: m{"email": testMail, "email_verified": true}, info: m{"sub": "s", "https://data.gov.dk/roles": []any{"editor"}}},
		"no role":                       {issuer: other, cfg: OIDC{RoleClaim: "roles", EditorRoles: []string{"editor"}}, token: m{"email": testMail, "email_verified": true}, err: ErrRole, claim: "roles"},
		"another role":                  {issuer: other, cfg: OIDC{RoleClaim: "roles", EditorRoles: []string{"editor"}}, token: m{"email": testMail, "email_verified": true, "roles": "no editor"}, err: ErrRole, claim: "roles"},
		"the level":                     {issuer: other, cfg: OIDC{Assurance: []string{"substantial", "high"}}, token: m{"email": testMail, "email_verified": true, "acr": "high"}},
		"no level":                      {issuer: other, cfg: OIDC{Assurance: []string{"high"}}, token: m{"email": testMail, "email_verified": true}, info: m{"sub": "s", "acr": "high"}, err: ErrAssurance, claim: "acr"},
		"too low a level":               {issuer: other, cfg: OIDC{AssuranceClaim: "https://data.gov.dk/loa", Assurance: []string{"High"}}, token: m{"email": testMail, "email_verified": true, "https://data.gov.dk/loa": "Low"}, err: ErrAssurance, claim: "https://data.gov.dk/loa"},
		"two factors":                   {issuer: other, cfg: OIDC{AssuranceClaim: "amr", Assurance: []string{"mfa"}}, token: m{"email": testMail, "email_verified": true, "amr": []any{"pwd", "mfa"}}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newFakeProvider(t, c.issuer)
			p.token, p.info = c.token, c.info
			c.cfg.Issuer, c.cfg.ClientID, c.cfg.ClientSecret, c.cfg.Redirect = c.issuer, "praksis", "hemmelig", oidcRedirect
			if err := c.cfg.Check(); err != nil {
				t.Fatal(err)
			}
			f := newFixture(t, Config{OIDC: c.cfg})
			status, says, asked := p.signIn(f)
			if c.err == nil && status != 200 || c.err != nil && (status != 403 || says != c.err.Error()) {
				t.Errorf("%d %s\n%s", status, says, f.log.String())
			}
			if want := ""; c.cfg.AssuranceClaim == "" {
				want = strings.Join(c.cfg.Assurance, " ")
				if asked.Get("acr_values") != want {
					t.Errorf("asked for the levels %q", asked.Get("acr_values"))
				}
			}
			log := f.log.String()
			if c.claim != "" && !strings.Contains(log, "claim="+c.claim) {
				t.Errorf("the log does not name %s:\n%s", c.claim, log)
			}
			for _, secret := range []string{testMail, "kommune", "KOMMUNE", tenant, otherTenant, "Borger", "no editor", "Low", "Rita"} {
				if strings.Contains(log, secret) {
					t.Errorf("the log holds %q:\n%s", secret, log)
				}
			}
			e, err := f.store.EditorByID(t.Context(), f.id)
			if err != nil || (e.OIDCSubject == "s" && e.OIDCIssuer == c.issuer) != (c.err == nil) {
				t.Errorf("bound to %q, %v", e.OIDCSubject, err)
			}
		})
	}
}

// An account is the subject's that signed in first: neither a new address nor
// another subject with the old one changes that, until the operator frees it.
func TestAccountIsBoundToTheSubject(t *testing.T) {
	p := newFakeProvider(t, entra)
	f := newFixture(t, Config{OIDC: OIDC{Issuer: entra, ClientID: "praksis", Redirect: oidcRedirect, TrustedIssuer: entra,
		RoleClaim: "roles", EditorRoles: []string{"editor"}}})
	user := func(sub, mail string, roles ...any) {
		p.token = map[string]any{"sub": sub, "tid": tenant, "email": mail, "roles": roles}
	}
	expect := func(what string, want error) {
		t.Helper()
		status, says, _ := p.signIn(f)
		if want == nil && status != 200 || want != nil && says != want.Error() {
			t.Errorf("%s: %d %s", what, status, says)
		}
	}
	user("rita", testMail, "editor")
	expect("the first time", nil)
	user("rita", "rita.ny@kommune.example", "editor")
	expect("with a new address", nil)
	user("rita", "", "editor")
	expect("with none", nil)
	user("rita", testMail)
	expect("without the role now", ErrRole)
	user("per", testMail, "editor")
	expect("another with her address", ErrBound)
	if log := f.log.String(); !strings.Contains(log, "bound to another") || strings.Contains(log, testMail) {
		t.Errorf("log:\n%s", log)
	}
	// A subject is one user of one issuer.
	if _, err := f.store.EditorByOIDC(t.Context(), "https://idp.example", "rita"); err == nil {
		t.Error("the subject of another issuer is hers")
	}
	if err := f.store.LinkEditorOIDC(t.Context(), f.id, entra, "per"); err == nil {
		t.Error("a bound account is bound to another")
	}
	if err := f.store.UnlinkEditorOIDC(t.Context(), f.id); err != nil {
		t.Fatal(err)
	}
	expect("after the operator freed it", nil)
	user("rita", testMail, "editor")
	expect("the one before", ErrBound)
	if _, err := f.store.AddEditor(t.Context(), postgres.Editor{Email: "ny@rødgrød.dk", Name: "Ny"}, f.clock); err != nil {
		t.Fatal(err)
	}
	user("ny", "Ny@xn--rdgrd-vuad.dk", "editor")
	status, says, _ := func() (int, string, url.Values) {
		b := f.browser("192.0.2.5")
		to, err := url.Parse(b.must(200, "/start"))
		if err != nil {
			t.Fatal(err)
		}
		p.nonce = to.Query().Get("nonce")
		status, says := b.get("/finish", "code", "c", "state", to.Query().Get("state"))
		return status, says, nil
	}()
	if status != 200 {
		t.Errorf("an address in its other form: %d %s", status, says)
	}
}

func TestSettingsOfOIDC(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  OIDC
		says string
	}{
		"none":                         {OIDC{}, ""},
		"none, and a role":             {OIDC{RoleClaim: "roles", EditorRoles: []string{"x"}}, "--oidc-issuer"},
		"one":                          {OIDC{Issuer: "https://idp.example"}, ""},
		"one tenant":                   {OIDC{Issuer: entra, TrustedIssuer: entra, EmailClaims: []string{"email", "upn"}}, ""},
		"one tenant of the old kind":   {OIDC{Issuer: "https://sts.windows.net/" + tenant + "/", TrustedIssuer: "https://sts.windows.net/" + tenant + "/"}, ""},
		"all tenants":                  {OIDC{Issuer: "https://login.microsoftonline.com/common/v2.0"}, "one tenant"},
		"all organisations":            {OIDC{Issuer: "https://LOGIN.microsoftonline.com/organizations/v2.0"}, "one tenant"},
		"a template":                   {OIDC{Issuer: "https://login.microsoftonline.com/{tenantid}/v2.0"}, "one tenant"},
		"a tenant's domain":            {OIDC{Issuer: "https://login.microsoftonline.com/kommune.dk/v2.0"}, "tenant's ID"},
		"private accounts":             {OIDC{Issuer: "https://login.microsoftonline.com/9188040D-6c67-4c5b-b112-36a304b66dad/v2.0"}, "private"},
		"another is trusted":           {OIDC{Issuer: entra, TrustedIssuer: strings.Replace(entra, tenant, otherTenant, 1)}, "letter for letter"},
		"a slash more is another":      {OIDC{Issuer: entra, TrustedIssuer: entra + "/"}, "letter for letter"},
		"a name that nothing verifies": {OIDC{Issuer: "https://idp.example", EmailClaims: []string{"email", "preferred_username"}}, "--oidc-trusted-issuer"},
		"a claim and no roles":         {OIDC{Issuer: entra, RoleClaim: "roles"}, "goes together"},
		"roles and no claim":           {OIDC{Issuer: entra, EditorRoles: []string{"x"}}, "goes together"},
	} {
		err := c.cfg.Check()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
