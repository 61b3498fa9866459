package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// devicesKept is how long a browser is known without a sign-in in it.
const devicesKept = 180 * 24 * time.Hour

// KnownDevice tells whether the editor of an open account has signed in before in
// the browser that has a token, and has not changed the password or ended all
// sessions since.
func (s *Store) KnownDevice(ctx context.Context, email, token string, now time.Time) (known bool, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM editor_device d JOIN editor e ON e.id = d.editor_id AND e.epoch = d.epoch
		               WHERE d.token_hash = $1 AND e.email = $2 AND e.closed_at IS NULL AND d.seen_at > $3)`,
		deviceKey(token), strings.ToLower(email), now.Add(-devicesKept)).Scan(&known)
	return known, mapped(err)
}

// AddDevice notes that an editor has signed in in the browser that has a token,
// in place of what was known under an older one of it, and forgets those in which
// nobody has for long.
func (s *Store) AddDevice(ctx context.Context, editor int64, token, older string, now time.Time) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM editor_device WHERE seen_at < $1 OR token_hash = $2 AND editor_id = $3`, now.Add(-devicesKept), deviceKey(older), editor); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO editor_device (token_hash, editor_id, epoch, seen_at) SELECT $1, id, epoch, $3 FROM editor WHERE id = $2`, deviceKey(token), editor, now)
		return err
	})
}

// deviceKey is what is kept of a token.
func deviceKey(token string) string {
	sum := sha256.Sum256([]byte("device:" + token))
	return hex.EncodeToString(sum[:])
}
