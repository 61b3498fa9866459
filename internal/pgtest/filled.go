package pgtest

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// filledTemplate is one that this process has asked for, or why there is none.
type filledTemplate struct {
	name string
	err  error
}

// filled is the template that fill has filled, made by the first process that
// asks. A template of the same name with another key is dropped if it is free.
func (s *server) filled(name, key string, fill func(ctx context.Context, ownerURL, appURL string) error) (string, error) {
	s.filling.Lock()
	defer s.filling.Unlock()
	template := filledName(s.template, name, key)
	if x, made := s.fills[template]; made {
		return x.name, x.err
	}
	if s.fills == nil {
		s.fills = map[string]filledTemplate{}
	}
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	defer cancel()
	err := s.make(ctx, template, func(half string) error {
		if err := s.copyTemplate(ctx, s.template, half); err != nil {
			return err
		}
		if err := fill(ctx, s.OwnerURL(half), s.AppURL(half)); err != nil {
			return fmt.Errorf("filling the template %s: %w", name, err)
		}
		return nil
	}, func() error { return s.dropOthers(ctx, template) })
	s.fills[template] = filledTemplate{template, err}
	return template, err
}

func filledName(base, name, key string) string {
	return fmt.Sprintf("%s_%s_%x", base, name, sha256.Sum256([]byte(key)))[:len(base)+len(name)+2+16]
}

// dropOthers drops the free templates that differ from template in the key only.
func (s *server) dropOthers(ctx context.Context, template string) error {
	prefix := template[:len(template)-16]
	rows, err := s.lockConn.Query(ctx, "select datname from pg_database where starts_with(datname, $1) order by datname", prefix)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, db := range all {
		m := databaseName.FindStringSubmatch(db)
		if m == nil || m[2] == "" || m[2] == template {
			continue
		}
		if _, ours := s.fills[m[2]]; ours {
			continue // the lock would not keep ourselves from dropping it
		}
		if err := s.dropFree(ctx, db, lockTemplate, "hashtext($2)", m[2]); err != nil {
			return err
		}
	}
	return nil
}
