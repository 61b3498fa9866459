package desk_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"praksis/internal/auth"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

// Whoever the provider sends back reads what to do, whatever is missing.
func TestSignInAtAProvider(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	provider := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k", Algorithm: "RS256"}}}
	var token map[string]any
	var issuer string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/token" {
			provider.ServeHTTP(w, r)
			return
		}
		all := map[string]any{"iss": issuer, "aud": "praksis", "exp": time.Now().Add(time.Hour).Unix()}
		maps.Copy(all, token)
		text, err := json.Marshal(all)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"x","token_type":"Bearer","id_token":%q}`, oidctest.SignIDToken(key, "k", "RS256", string(text)))
	}))
	t.Cleanup(srv.Close)
	issuer = srv.URL
	provider.SetIssuer(issuer)
	f := newFixture(t, auth.Config{OIDC: auth.OIDC{Issuer: issuer, ClientID: "praksis", Redirect: "https://praksis.example/redaktion/log-ind/faelles/svar",
		RoleClaim: "roles", EditorRoles: []string{"editor"}, Assurance: []string{"high"}}})
	for _, c := range []struct {
		token map[string]any
		says  string // empty: let in
	}{
		{map[string]any{"sub": "rita", "email": "rita@kl.example", "email_verified": "true", "roles": "editor"}, "ikke er sikker nok"},
		{map[string]any{"sub": "rita", "email": "rita@kl.example", "email_verified": "true", "acr": "high"}, "ikke rollen som redaktør"},
		{map[string]any{"sub": "rita", "email": "rita@kl.example", "roles": "editor", "acr": "high"}, "ikke at den er din"},
		{map[string]any{"sub": "fremmed", "email": "fremmed@kl.example", "email_verified": true, "roles": "editor", "acr": "high"}, "hører ikke til nogen redaktør"},
		{map[string]any{"sub": "rita", "email": "Rita@KL.example", "email_verified": "true", "roles": []string{"x", "editor"}, "acr": "high"}, ""},
		{map[string]any{"sub": "ny", "email": "rita@kl.example", "email_verified": true, "roles": "editor", "acr": "high"}, "hører til et andet fælles login"},
	} {
		v := f.visitor()
		to, err := url.Parse(v.do("GET", "/redaktion/log-ind/faelles", nil).Header().Get("Location"))
		if err != nil || !strings.HasPrefix(to.String(), issuer) {
			t.Fatalf("led to %s, %v", to, err)
		}
		token = c.token
		token["nonce"] = to.Query().Get("nonce")
		back := "/redaktion/log-ind/faelles/svar?code=x&state=" + to.Query().Get("state")
		if c.says == "" {
			if w := v.do("GET", back, nil); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/redaktion" {
				t.Errorf("%v: %d", c.token, w.Code)
			}
			continue
		}
		if got := text(v.page(http.StatusForbidden, v.do("GET", back, nil)).Find("[role=alert]")); !strings.Contains(got, c.says) {
			t.Errorf("%v: %s", c.token, got)
		}
	}
}
