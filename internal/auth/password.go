package auth

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"praksis/internal/postgres"

	"github.com/alexedwards/argon2id"
)

// Lengths of a password in characters. Length is what makes one hard to guess;
// the upper bound keeps hashing cheap to bound.
const (
	MinPassword = 12
	MaxPassword = 128
)

// hashing costs 19 MiB and some hundredths of a second a try: the least that OWASP's
// cheat sheet on storing passwords takes for argon2id. What it gives up against 64
// MiB the length of our passwords makes up for; the server stays small.
var hashing = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashingAtOnce bounds the memory that sign-ins take.
var hashingAtOnce = make(chan struct{}, 2)

// outdated tells whether a hash was made at another cost than today's.
func outdated(hash string) bool {
	made, _, _, err := argon2id.DecodeHash(hash)
	return err == nil && (made.Memory != hashing.Memory || made.Iterations != hashing.Iterations || made.Parallelism != hashing.Parallelism)
}

// What is guessed first, a line each: ours, and what other sites' accounts had most
// often when they were stolen (leaked.LICENCE.txt), as far as a password of ours can be
// it or be made of it.
var (
	//go:embed common.txt
	ourList string
	//go:embed leaked.txt
	leakedList string
)

// common tells whether somebody who guesses tries s early. Reading through both lists
// takes some hundredths of a millisecond, and no memory.
func common(s string) bool {
	for _, list := range []string{ourList, leakedList} {
		if s != "" && (strings.HasPrefix(list, s+"\n") || strings.Contains(list, "\n"+s+"\n")) {
			return true
		}
	}
	return false
}

// PasswordError says in Danish why a password cannot be used.
type PasswordError struct{ Message string }

func (e *PasswordError) Error() string { return e.Message }

// CheckPassword holds a new password to the rules; about are the account's
// address and name, which it may not be made of. The error is a *PasswordError.
func CheckPassword(password string, about ...string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return &PasswordError{fmt.Sprintf("Adgangskoden er for kort. Den skal have mindst %d tegn. Brug fx fire ord, der ikke hører sammen.", MinPassword)}
	case n > MaxPassword || !utf8.ValidString(password):
		return &PasswordError{fmt.Sprintf("Adgangskoden kan ikke bruges. Den må have højst %d tegn.", MaxPassword)}
	}
	lower := strings.ToLower(password)
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.,!?1234567890", r) {
			return -1
		}
		return r
	}, lower)
	distinct := map[rune]bool{}
	for _, r := range lower {
		distinct[r] = true
	}
	guess := common(lower) || common(plain) || len(distinct) < 5
	for _, s := range about {
		s, _, _ = strings.Cut(strings.ToLower(s), "@")
		guess = guess || s != "" && (plain == s || strings.ReplaceAll(lower, s, "") == "" || len(s) >= 6 && strings.Contains(lower, s) && len(plain) < len(s)+4)
	}
	if guess {
		return &PasswordError{"Adgangskoden er for let at gætte. Brug fx fire ord, der ikke hører sammen."}
	}
	return nil
}

// GeneratePassword makes a password that nobody guesses and one can type.
func GeneratePassword() string {
	s := strings.ToLower(rand.Text())
	return strings.Join([]string{s[:5], s[5:10], s[10:15], s[15:20]}, "-")
}

// HashPassword makes what is kept of a password.
func HashPassword(ctx context.Context, password string) (hash string, err error) {
	err = limitConcurrency(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(password, hashing)
		return err
	})
	return hash, err
}

// dummy is compared with where there is no account, so that both take the same
// time.
var dummy = sync.OnceValues(func() (string, error) { return argon2id.CreateHash(rand.Text(), hashing) })

// verify tells whether a password is an account's; false for none.
func verify(ctx context.Context, e postgres.Editor, password string) (ok bool, err error) {
	hash := e.PasswordHash
	if hash == "" || e.Closed {
		if hash, err = dummy(); err != nil {
			return false, err
		}
	}
	if len(password) > 4*MaxPassword {
		password = "" // too long to be one
	}
	err = limitConcurrency(ctx, func() (err error) {
		ok, err = argon2id.ComparePasswordAndHash(password, hash)
		return err
	})
	return ok && e.PasswordHash != "" && !e.Closed, err
}

func limitConcurrency(ctx context.Context, do func() error) error {
	select {
	case hashingAtOnce <- struct{}{}:
		defer func() { <-hashingAtOnce }()
		return do()
	case <-ctx.Done():
		return ctx.Err()
	}
}
