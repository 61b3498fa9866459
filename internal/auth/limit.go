package auth

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Limits on guessing. No number of failures of others keeps an editor out: an
// account is refused only to the source that failed with it, and to others it is
// slowed down. A source is a known device of the account (device.go), and
// else a client, behind which a whole office may sit.
const (
	// window is what the limits look back on.
	window = 15 * time.Minute
	// maxPair are the failures of one account from one source: typing slips, not
	// guessing.
	maxPair = 5
	// throttleClient are the failures of one client over all accounts, and
	// throttleAccount those of an account from anywhere, after which each try takes
	// slowDown: one a second for each client. Known devices do not wait.
	throttleClient  = 50
	throttleAccount = 10
	slowDown        = time.Second
	// maxQueue are the tries of an account by one source that wait for each other, which
	// a request has time for, and maxAtOnce those of one client over all accounts; more
	// are refused for busyWait.
	maxQueue  = 4
	maxAtOnce = 48
	busyWait  = time.Minute
	// maxCodes are the failures of a second factor from unknown devices, anywhere. Only
	// those who have the password come to it, so that it locks nobody else's account.
	maxCodes = 20
)

// source is where a try comes from.
type source struct {
	client string
	device string // the token of a known device of the account, or empty
}

func (x source) name() string {
	if x.device != "" {
		return "device:" + x.device
	}
	return x.client
}

// source tells where a try of the account with an address comes from.
func (a *Auth) source(r *http.Request, email string) (source, error) {
	x := source{client: a.cfg.Client(r)}
	token := a.device(r)
	if token == "" || email == "" {
		return x, nil
	}
	known, err := a.store.KnownDevice(r.Context(), email, token, a.now().UTC())
	if known {
		x.device = token
	}
	return x, err
}

// try counts a try of an account around do, which tells whether it was right. The
// tries of an account by one source are made one at a time, so that none slips past
// the count, and those of other accounts do not wait for them. all, when it is not
// 0, bounds the failures from all unknown devices.
func (a *Auth) try(ctx context.Context, account string, from source, all int, do func() (bool, error)) error {
	if from.device == "" {
		leave, ok := a.clients.enter(from.client)
		if !ok {
			return &TooManyError{busyWait}
		}
		defer leave()
	}
	// A failure is noted twice, once for the pair.
	pair := account + "\x00" + from.name()
	unlock, err := a.pairs.lock(ctx, pair)
	if err != nil {
		return err
	}
	defer unlock()
	since := a.now().Add(-window)
	byPair, _, err := a.store.SignInFailures(ctx, pair, from.client, since)
	if err != nil {
		return err
	}
	if byPair >= maxPair {
		return &TooManyError{window}
	}
	if from.device == "" {
		byAccount, byClient, err := a.store.SignInFailures(ctx, account, from.client, since)
		if err != nil {
			return err
		}
		if all > 0 && byAccount >= all {
			return &TooManyError{window}
		}
		if byAccount >= throttleAccount || byClient >= throttleClient {
			select {
			case <-time.After(slowDown):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	ok, err := do()
	if err != nil || ok {
		return err
	}
	// The visitor who leaves before the answer has tried all the same.
	noted, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if from.device == "" { // a slip at a known desk slows down nobody else
		if err := a.store.AddSignInFailure(noted, account, from.client, a.now().UTC()); err != nil {
			return err
		}
	}
	if err := a.store.AddSignInFailure(noted, pair, "pair", a.now().UTC()); err != nil {
		return err
	}
	return ErrWrong
}

func codeAccount(editor int64) string { return "code:" + strconv.FormatInt(editor, 10) }

// turnstile counts what each key does at once.
type turnstile struct {
	mu    sync.Mutex
	inUse map[string]int
}

// enter lets at most maxAtOnce of a key in; ok is false for more.
func (t *turnstile) enter(key string) (leave func(), ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inUse[key] >= maxAtOnce {
		return nil, false
	}
	if t.inUse == nil {
		t.inUse = map[string]int{}
	}
	t.inUse[key]++
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.inUse[key]--; t.inUse[key] == 0 {
			delete(t.inUse, key)
		}
	}, true
}

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

// lock waits until nobody else has locked the key, or for the end of ctx. The error
// is a *TooManyError when too many wait.
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
	if x.users >= maxQueue {
		t.mu.Unlock()
		return nil, &TooManyError{busyWait}
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
