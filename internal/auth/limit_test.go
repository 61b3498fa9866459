package auth

import (
	"fmt"
	"sync"
	"testing"
	"time"
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

func TestClientLimit(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	for i := range maxClient {
		if err := f.store.AddSignInFailure(t.Context(), fmt.Sprintf("a%d@kommune.example", i), "198.51.100.7", f.clock); err != nil {
			t.Fatal(err)
		}
	}
	f.browser("198.51.100.7").password(429, testPassword)
	f.browser("192.0.2.1").password(200, testPassword)
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
	if by[403] != maxPair || by[429] != 2*maxPair {
		t.Errorf("statuses %v", by)
	}
}

// TestUnknownAccountTakesAsLong: the answer does not tell who has an account.
func TestUnknownAccountTakesAsLong(t *testing.T) {
	f := newFixture(t, Config{Loopback: true})
	b := f.browser("192.0.2.1")
	took := func(mail string) time.Duration {
		begun := time.Now()
		if text := b.must(403, "/password", "mail", mail, "password", "et gæt på koden"); text != ErrWrong.Error() {
			t.Errorf("%s: %s", mail, text)
		}
		return time.Since(begun)
	}
	took("ingen@kommune.example") // makes the dummy
	known, unknown := took(testMail), took("ukendt@kommune.example")
	if known > 4*unknown || unknown > 4*known {
		t.Errorf("%s with an account, %s without", known, unknown)
	}
}
