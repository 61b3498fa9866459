package migrations

import "time"

// SetLockWait has tests not wait for a minute.
func SetLockWait(d time.Duration) (back func()) {
	before := lockWait
	lockWait = d
	return func() { lockWait = before }
}
