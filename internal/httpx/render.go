package httpx

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
)

// PanicError is a panic of a rendering, as an error for all who waited for it.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.Value, e.Stack) }

// render makes the page of an address and keeps it when it is whole and still of
// the present version. Those who ask for the same meanwhile get the same page or
// the same error, and an error is not kept; first tells who it was made for. It returns
// ctx's error when that ends first; the rendering goes on for the others.
func (c *Cache) render(ctx context.Context, key, edition, route string, render Render) (_ *cachedPage, first bool, err error) {
	made := false // read once the result is there
	result := c.renderings.DoChan(edition+" "+key, func() (_ any, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = &PanicError{p, debug.Stack()}
			}
		}()
		made = true
		// Kept since it was looked up.
		if p := c.peek(key, edition); p != nil && c.now().Sub(c.versions.Confirmed()) <= staleFor {
			made = false
			return p, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), RequestTimeout)
		defer cancel()
		growStack()
		page, err := render(ctx)
		if err != nil {
			return nil, err
		}
		p := &cachedPage{key: key, edition: edition, route: route, contentType: []string{page.ContentType}, body: page.Body, length: len(page.Body), variants: map[encoding]*variant{}}
		head := *page
		head.Body = nil
		p.page = &head
		if page.Whole && edition != "" && c.versions.Edition() == edition {
			c.insert(p)
		}
		return p, nil
	})
	select {
	case <-ctx.Done():
		return nil, false, ctx.Err()
	case r := <-result:
		p, _ := r.Val.(*cachedPage)
		return p, made, r.Err
	}
}

// growStack makes room at once for what rendering a page needs of its goroutine's
// stack, which is new: it would be moved several times otherwise, two in a hundred of a
// page's time.
//
//go:noinline
func growStack() byte {
	var room [24 << 10]byte
	return room[rand.IntN(len(room))] // or the compiler would leave it out
}
