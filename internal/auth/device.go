package auth

import (
	"crypto/rand"
	"net/http"
	"time"
)

// deviceAge is how long a browser keeps the cookie of a known device.
const deviceAge = 180 * 24 * time.Hour

// A browser in which an editor has signed in before carries a random token: it is
// let through where others have failed too often, and its own failures count by
// themselves. With it alone nobody gets in.

func (a *Auth) deviceCookie() string {
	if a.cfg.Secure {
		return "__Host-praksis-enhed"
	}
	return "praksis-enhed"
}

// device is the token that a request carries; empty when there is none.
func (a *Auth) device(r *http.Request) string {
	c, err := r.Cookie(a.deviceCookie())
	if err != nil || len(c.Value) > 64 {
		return ""
	}
	return c.Value
}

// knowDevice makes the browser of an editor who has just signed in a known one,
// under a new token.
func (a *Auth) knowDevice(w http.ResponseWriter, r *http.Request, editor int64) error {
	token := rand.Text()
	if err := a.store.AddDevice(r.Context(), editor, token, a.device(r), a.now().UTC()); err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: a.deviceCookie(), Value: token, Path: "/", MaxAge: int(deviceAge / time.Second),
		Secure: a.cfg.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return nil
}
