package auth

import (
	"bytes"
	"context"
	"image/png"
	"net/http"
	"strings"
	"time"

	"praksis/internal/catalogue"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	// period is the seconds that a code lasts: what every app takes for granted.
	period = 30
	// skew is how many steps a telephone's clock may be off.
	skew = 1
	// qrSize is the picture's side in pixels: large enough for a camera.
	qrSize = 240
)

// stepOf is the step of time whose code this is.
func stepOf(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	at := now.Unix() / period
	for step := at - skew; step <= at+skew; step++ {
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			return step, true
		}
	}
	return 0, false
}

// Factor is a second factor that is being set up.
type Factor struct {
	Secret string // in groups of four, to be typed
	URL    string // otpauth://, opens the app on a telephone
	key    *otp.Key
}

// NewFactor is the second factor that the editor is setting up; the same until
// it is confirmed. The error is ErrStage when none is to be set up now.
func (a *Auth) NewFactor(ctx context.Context) (Factor, error) {
	if stage, _ := a.At(ctx); stage != NeedsSetup && stage != SignedIn {
		return Factor{}, ErrStage
	}
	if f, err := a.factor(ctx); err == nil {
		return f, nil
	}
	_, e := a.At(ctx)
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Praksiskataloget", AccountName: e.Email})
	if err != nil {
		return Factor{}, err
	}
	a.sessions.Put(ctx, keyFactor, key.URL())
	return a.factor(ctx)
}

// factor is what the session holds of one, or catalogue.ErrNotFound.
func (a *Auth) factor(ctx context.Context) (Factor, error) {
	url := a.sessions.GetString(ctx, keyFactor)
	if url == "" {
		return Factor{}, catalogue.ErrNotFound
	}
	key, err := otp.NewKeyFromURL(url)
	if err != nil {
		return Factor{}, err
	}
	var groups []string
	for s := key.Secret(); s != ""; s = s[min(4, len(s)):] {
		groups = append(groups, s[:min(4, len(s))])
	}
	return Factor{strings.Join(groups, " "), url, key}, nil
}

// FactorImage is the QR code of the second factor that is being set up, as PNG;
// catalogue.ErrNotFound when there is none.
func (a *Auth) FactorImage(ctx context.Context) ([]byte, error) {
	f, err := a.factor(ctx)
	if err != nil {
		return nil, err
	}
	img, err := f.key.Image(qrSize, qrSize)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = png.Encode(&b, img)
	return b.Bytes(), err
}

// ConfirmFactor sets the second factor up when code is one of its. One who has
// a factor already gives its code as well, so that an open screen is not enough
// to change it. The error is ErrWrong, ErrStage or a *TooManyError, or wraps
// catalogue.ErrConflict when the account was changed meanwhile.
func (a *Auth) ConfirmFactor(r *http.Request, code, old string) error {
	ctx := r.Context()
	stage, e := a.At(ctx)
	f, err := a.factor(ctx)
	if err != nil || stage != NeedsSetup && stage != SignedIn || stage == NeedsSetup && e.TOTPSecret != "" {
		return ErrStage
	}
	if e.TOTPSecret != "" {
		if err := a.tryCode(r, e, e.TOTPSecret, old); err != nil {
			return err
		}
	}
	if err := a.tryCode(r, e, f.key.Secret(), code); err != nil {
		return err
	}
	if err := a.store.ChangeEditorTOTP(ctx, e.ID, e.TOTPSecret, f.key.Secret(), a.now().UTC()); err != nil {
		return err
	}
	// The code that confirmed it is used up.
	if step, ok := stepOf(f.key.Secret(), code, a.now()); ok {
		if _, err := a.store.UseTOTP(ctx, e.ID, step); err != nil {
			return err
		}
	}
	if err := a.enter(ctx, e, SignedIn); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "second factor set up", "editor", e.ID)
	return nil
}
