package intake

import "slices"

// Move gives a piece another place: a field of a practice, or with the practice -1
// none. What cannot be moved there stays.
func (c *Cut) Move(piece, practice int, path string) {
	if piece < 0 || piece >= len(c.Pieces) || practice >= len(c.Practices) {
		return
	}
	p := &c.Pieces[piece]
	if practice < 0 {
		p.Kind, p.Practice, p.Path = PieceLeft, -1, ""
		return
	}
	if slices.ContainsFunc(Places(), func(x Place) bool { return x.Path == path }) {
		p.Kind, p.Practice, p.Path = PieceAnswer, practice, path
	}
}

// Join makes a practice part of the one before it. Its title is then among what was
// done, where the other has one.
func (c *Cut) Join(practice int) {
	if practice < 1 || practice >= len(c.Practices) {
		return
	}
	titled := slices.ContainsFunc(c.Pieces, func(p Piece) bool { return p.Practice == practice-1 && p.Path == pathTitle })
	for i := range c.Pieces {
		p := &c.Pieces[i]
		if p.Practice == practice && p.Path == pathTitle && titled {
			p.Path = pathDone
		}
		if p.Practice >= practice {
			p.Practice--
		}
	}
	c.Practices = slices.Delete(c.Practices, practice, practice+1)
}

// Take takes a practice away with its text, which has become a draft.
func (c *Cut) Take(practice int) {
	if practice < 0 || practice >= len(c.Practices) {
		return
	}
	c.Pieces = slices.DeleteFunc(c.Pieces, func(p Piece) bool { return p.Practice == practice })
	c.Drop(practice)
}

// Drop takes a practice away: its text is left over.
func (c *Cut) Drop(practice int) {
	if practice < 0 || practice >= len(c.Practices) {
		return
	}
	for i := range c.Pieces {
		p := &c.Pieces[i]
		if p.Practice == practice {
			p.Practice, p.Path = -1, ""
			if p.Kind == PieceAnswer {
				p.Kind = PieceLeft
			}
		}
		if p.Practice > practice {
			p.Practice--
		}
	}
	c.Practices = slices.Delete(c.Practices, practice, practice+1)
}
