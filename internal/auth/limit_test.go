package auth

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
)

// TestLockout: an account is refused only to the client that failed with it.
func TestLockout(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	guesser := f.browser("198.51.100.7")
	for range maxPair {
		guesser.password(403, "et gæt på koden")
	}
	guesser.password(429, testPassword) // right or wrong
	guesser.must(200, "/")
	f.browser("192.0.2.1").password(200, testPassword)
	// Many guessers slow the account down, and lock nobody out.
	for i := range 2 {
		g := f.browser(fmt.Sprintf("198.51.100.%d", 10+i))
		for range maxPair {
			g.password(403, "et gæt på koden")
		}
	}
	begun := time.Now()
	f.browser("192.0.2.1").password(200, testPassword)
	if took := time.Since(begun); took < slowDown {
		t.Errorf("an account that is being guessed took %s", took)
	}
	// The networks of one IPv6 machine count as one.
	for i := range maxPair {
		f.browser(fmt.Sprintf("[2001:db8::%d]", i+1)).must(403, "/password", "mail", "andre@kommune.example", "password", "et gæt på koden")
	}
	f.browser("[2001:db8::99]").must(429, "/password", "mail", "andre@kommune.example", "password", "et gæt på koden")
	// After a while it is over.
	f.clock = f.clock.Add(window + time.Second)
	guesser.password(200, testPassword)
}

// TestOfficeIsNotLockedOut: however many guesses come from an office's one address,
// its editors get in: at once where they have signed in before, and elsewhere too.
func TestOfficeIsNotLockedOut(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	known := f.browser("198.51.100.7")
	known.password(200, testPassword)
	known.must(200, "/") // the browser is known from here on
	known.must(200, "/out")
	for i := range 2 * throttleClient {
		if err := f.store.AddSignInFailure(t.Context(), fmt.Sprintf("a%d@kommune.example", i), "198.51.100.7", f.clock); err != nil {
			t.Fatal(err)
		}
	}
	begun := time.Now()
	f.browser("198.51.100.7").password(200, testPassword) // slowly
	if took := time.Since(begun); took < slowDown {
		t.Errorf("an address that guesses took %s", took)
	}
	guesser := f.browser("198.51.100.7")
	for range maxPair {
		guesser.password(403, "et gæt på koden")
	}
	guesser.password(429, testPassword)
	known.password(200, testPassword)
	known.must(200, "/out")
	// A known device guesses no more than others, and its slips hold up nobody else.
	for range maxPair {
		known.password(403, "et gæt på koden")
	}
	known.password(429, testPassword)
	f.browser("192.0.2.1").password(200, testPassword)
	// It is known for its own editor alone, and forgotten with the sessions.
	if ok, err := f.store.KnownDevice(t.Context(), "andre@kommune.example", known.device(t), f.clock); err != nil || ok {
		t.Errorf("known for another: %t %v", ok, err)
	}
	e, err := f.store.EditorByEmail(t.Context(), testMail)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := f.store.KnownDevice(t.Context(), testMail, known.device(t), f.clock); err != nil || !ok {
		t.Errorf("known: %t %v", ok, err)
	}
	if err := f.store.EndEditorSessions(t.Context(), e.ID, 0, f.clock); err != nil {
		t.Fatal(err)
	}
	if ok, err := f.store.KnownDevice(t.Context(), testMail, known.device(t), f.clock); err != nil || ok {
		t.Errorf("known after all sessions were ended: %t %v", ok, err)
	}
}

// TestGuessesAtOnce: requests side by side do not slip past the count.
func TestGuessesAtOnce(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	var wait sync.WaitGroup
	var mu sync.Mutex
	by := map[int]int{}
	for range 3 * maxPair {
		wait.Go(func() {
			status, _ := f.browser("198.51.100.7").get("/password", "mail", testMail, "password", "et gæt på koden")
			mu.Lock()
			defer mu.Unlock()
			by[status]++
		})
	}
	wait.Wait()
	if by[403] == 0 || by[403] > maxPair || by[403]+by[429] != 3*maxPair {
		t.Errorf("statuses %v", by)
	}
}

// TestUnknownAccountTakesAsLong: the answer does not tell who has an account.
func TestUnknownAccountTakesAsLong(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	// The shortest of several tells what is done, the others what else the machine does.
	took := func(mail string) time.Duration {
		shortest := time.Hour
		for i := range 5 {
			b := f.browser(fmt.Sprintf("192.0.2.%d", i))
			begun := time.Now()
			if text := b.must(403, "/password", "mail", mail, "password", "et gæt på koden"); text != ErrWrong.Error() {
				t.Errorf("%s: %s", mail, text)
			}
			shortest = min(shortest, time.Since(begun))
		}
		return shortest
	}
	took("ingen@kommune.example") // makes the dummy
	known, unknown := took(testMail), took("ukendt@kommune.example")
	if known > 4*unknown || unknown > 4*known {
		t.Errorf("%s with an account, %s without", known, unknown)
	}
}

// TestFloodHoldsNobodyUp: while somebody at the same address guesses at many accounts
// at once, a right password gets in from a browser that is new.
func TestFloodHoldsNobodyUp(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	for i := range throttleClient {
		if err := f.store.AddSignInFailure(t.Context(), fmt.Sprintf("a%d@kommune.example", i), "198.51.100.7", f.clock); err != nil {
			t.Fatal(err)
		}
	}
	var guessers sync.WaitGroup
	stop := make(chan struct{})
	for g := range 10 {
		guessers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					f.browser("198.51.100.7").get("/password", "mail", fmt.Sprintf("g%d-%d@kommune.example", g, i), "password", "et gæt på koden")
				}
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	for range 3 {
		f.browser("198.51.100.7").password(200, testPassword)
	}
	close(stop)
	guessers.Wait()
	if len(f.auth.clients.inUse) != 0 || len(f.auth.pairs.byKey) != 0 {
		t.Errorf("left over: %v %v", f.auth.clients.inUse, f.auth.pairs.byKey)
	}
}

// TestOutdatedHash: a hash of another cost is good once more, and then made anew;
// the sessions stay.
func TestOutdatedHash(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	old, err := argon2id.CreateHash(testPassword, &argon2id.Params{Memory: 64 << 10, Iterations: 3, Parallelism: 2, SaltLength: 16, KeyLength: 32})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.store.SetEditorPassword(t.Context(), f.id, old); err != nil {
		t.Fatal(err)
	}
	b := f.browser("192.0.2.1")
	b.password(200, testPassword)
	e, err := f.store.EditorByEmail(t.Context(), testMail)
	if err != nil || !strings.HasPrefix(e.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$") || outdated(e.PasswordHash) {
		t.Errorf("hash %.30s, %v", e.PasswordHash, err)
	}
	b.stage(SignedIn)
	f.browser("192.0.2.2").password(200, testPassword)
}
