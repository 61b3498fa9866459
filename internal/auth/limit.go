package auth

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// Limits on guessing. No number of failures of others keeps an editor out: an
// account is refused only to the client that failed with it, and to others it
// is slowed down.
const (
	// window is what the limits look back on.
	window = 15 * time.Minute
	// maxPair are the failures of one account from one client: typing slips, not
	// guessing.
	maxPair = 5
	// maxClient are the failures of one client over all accounts. A whole
	// municipality sits behind one address.
	maxClient = 50
	// throttleAfter are the failures of an account, from anywhere, after which each
	// try of it takes slowDown: one a second for each client.
	throttleAfter = 10
	slowDown      = time.Second
	// maxCodes are the failures of a second factor from anywhere. Only those who
	// have the password come to it, so that it locks nobody else's account.
	maxCodes = 20
)

// try counts a try of an account by a client around do, which tells whether it
// was right. A client's tries are made one at a time, so that none slips past
// the count. all, when it is not 0, bounds the failures from everywhere.
func (a *Auth) try(ctx context.Context, account, client string, all int, do func() (bool, error)) error {
	unlock, err := a.clients.lock(ctx, client)
	if err != nil {
		return err
	}
	defer unlock()
	since := a.now().Add(-window)
	// A failure is noted twice, once for the pair.
	pair := account + "\x00" + client
	byPair, _, err := a.store.SignInFailures(ctx, pair, client, since)
	if err != nil {
		return err
	}
	byAccount, byClient, err := a.store.SignInFailures(ctx, account, client, since)
	if err != nil {
		return err
	}
	if byPair >= maxPair || byClient >= maxClient || all > 0 && byAccount >= all {
		return &TooManyError{window}
	}
	if byAccount >= throttleAfter {
		select {
		case <-time.After(slowDown):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ok, err := do()
	if err != nil || ok {
		return err
	}
	// The visitor who leaves before the answer has tried all the same.
	noted, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := a.store.AddSignInFailure(noted, account, client, a.now().UTC()); err != nil {
		return err
	}
	if err := a.store.AddSignInFailure(noted, pair, "pair", a.now().UTC()); err != nil {
		return err
	}
	return ErrWrong
}

func codeAccount(editor int64) string { return "code:" + strconv.FormatInt(editor, 10) }

// keyedMutex is a mutex for every key.
type keyedMutex struct {
	mu    sync.Mutex
	byKey map[string]*keyLock
}

// keyLock is locked by whoever has put something into its channel.
type keyLock struct {
	locked chan struct{}
	users  int // that have locked it or wait for it
}

// lock waits until nobody else has locked the key, or for the end of ctx.
func (t *keyedMutex) lock(ctx context.Context, key string) (unlock func(), err error) {
	t.mu.Lock()
	if t.byKey == nil {
		t.byKey = map[string]*keyLock{}
	}
	x := t.byKey[key]
	if x == nil {
		x = &keyLock{locked: make(chan struct{}, 1)}
		t.byKey[key] = x
	}
	x.users++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if x.users--; x.users == 0 {
			delete(t.byKey, key)
		}
	}
	select {
	case x.locked <- struct{}{}:
		return func() { <-x.locked; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
