package main

import (
	"cmp"
	"container/heap"
	"container/list"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// kind is a kind of page: how much of what is asked for is of it, how many addresses it
// has, how they are asked for, and what one costs to render, in time of a processor.
type kind struct {
	name      string
	share     float64
	addresses int
	skew      float64 // the exponent of Zipf's law by which addresses are asked for; above 0
	render    time.Duration
}

// load is one installation and what is asked of it.
type load struct {
	kinds      []kind
	requests   float64       // a second, of all instances together
	instances  int           // each with an own cache and own processors; requests go to them in turn
	processors int           // of each
	kept       time.Duration // what a page costs that is kept
	pages      int           // how many an instance keeps
	published  time.Duration // between two publications: all kept pages are old then
	follow     time.Duration // what a publication costs each instance, on one processor
	places     int           // how many are rendered or wait for that at once; more are turned away
	requestsN  int           // how many are simulated
}

// outcome is what became of a load.
type outcome struct {
	busy          float64 // share of the processors' time
	kept          float64 // share of the answers that were kept, or waited for another's rendering
	refused       float64 // share of the requests
	p50, p95, p99 time.Duration
}

// page is an address.
type page struct{ kind, number int }

// work waits for a processor, or has one.
type work struct {
	page    page
	cost    time.Duration
	asked   time.Duration   // when
	waiting []time.Duration // when others asked for the same page since
	version int             // of the catalogue, when it was asked for
	renders bool
}

// instance is one running program: processors that take what waits in its order, and
// the pages that it keeps, the one longest unused let go first.
type instance struct {
	free    int
	queue   []*work
	kept    map[page]*list.Element
	order   *list.List // the last used in front
	flights map[page]*work
	places  int // taken
}

// event is something that happens at a time: a request, a publication, or work that is
// done.
type event struct {
	at   time.Duration
	at2  int // the order of those at one time
	done *work
	on   *instance
	what int
}

const (
	arrival = iota
	publication
	completion
)

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(e[i].at, e[j].at), cmp.Compare(e[i].at2, e[j].at2)) < 0
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any     { x := (*e)[len(*e)-1]; *e = (*e)[:len(*e)-1]; return x }

// simulator runs a load event by event: a request is answered from what its instance
// keeps, waits for whoever renders the same page already, or renders it, once a processor
// is free. A tenth of the requests come before the measuring begins.
type simulator struct {
	load
	rnd       *rand.Rand
	zipf      []zipf
	instances []*instance
	events    events
	number    int // of events
	version   int
	now, busy time.Duration
	answered  []time.Duration
	hits      int
	refused   int
	counted   int
}

// simulate gives the outcome of a load; the same seed gives the same.
func simulate(l load, seed uint64) outcome {
	s, took := run(l, seed)
	o := outcome{busy: s.busy.Seconds() / took.Seconds() / float64(l.instances*l.processors),
		kept: float64(s.hits) / float64(s.counted), refused: float64(s.refused) / float64(s.counted)}
	if len(s.answered) > 0 {
		slices.Sort(s.answered)
		quantile := func(q float64) time.Duration {
			return s.answered[min(int(q*float64(len(s.answered))), len(s.answered)-1)]
		}
		o.p50, o.p95, o.p99 = quantile(.5), quantile(.95), quantile(.99)
	}
	return o
}

// run is a simulation that has ended, and how long what it measured took.
func run(l load, seed uint64) (*simulator, time.Duration) {
	s := &simulator{load: l, rnd: rand.New(rand.NewPCG(seed, 1))}
	for _, k := range l.kinds {
		s.zipf = append(s.zipf, newZipf(k.addresses, k.skew))
	}
	for range l.instances {
		s.instances = append(s.instances, &instance{free: l.processors, kept: map[page]*list.Element{}, order: list.New(), flights: map[page]*work{}})
	}
	s.at(0, event{what: arrival})
	if l.published > 0 {
		s.at(l.published, event{what: publication})
	}
	begun := time.Duration(0)
	for n := 0; n < l.requestsN; {
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		switch e.what {
		case arrival:
			if n++; n == l.requestsN/10 {
				begun, s.busy, s.answered, s.hits, s.refused, s.counted = s.now, 0, s.answered[:0], 0, 0, 0
			}
			s.arrive(s.instances[n%l.instances])
			s.at(s.now+time.Duration(s.rnd.ExpFloat64()/l.requests*float64(time.Second)), event{what: arrival})
		case publication:
			s.version++
			for _, i := range s.instances {
				clear(i.kept)
				i.order.Init()
				s.begin(i, &work{cost: l.follow, asked: s.now})
			}
			s.at(s.now+l.published, event{what: publication})
		case completion:
			s.complete(e.on, e.done)
		}
	}
	return s, s.now - begun
}

func (s *simulator) at(t time.Duration, e event) {
	s.number++
	e.at, e.at2 = t, s.number
	heap.Push(&s.events, e)
}

// arrive is one request.
func (s *simulator) arrive(i *instance) {
	s.counted++
	p := s.draw()
	if e, ok := i.kept[p]; ok {
		i.order.MoveToFront(e)
		s.hits++
		s.begin(i, &work{page: p, cost: s.kept, asked: s.now})
		return
	}
	if w := i.flights[p]; w != nil && w.version == s.version {
		w.waiting = append(w.waiting, s.now)
		s.hits++
		return
	}
	if i.places == s.places {
		s.refused++
		return
	}
	i.places++
	w := &work{page: p, cost: s.kinds[p.kind].render, asked: s.now, version: s.version, renders: true}
	i.flights[p] = w
	s.begin(i, w)
}

// draw is the address that is asked for.
func (s *simulator) draw() page {
	x, kind := s.rnd.Float64(), 0
	for ; kind < len(s.kinds)-1 && x >= s.kinds[kind].share; kind++ {
		x -= s.kinds[kind].share
	}
	return page{kind, s.zipf[kind].draw(s.rnd)}
}

// begin gives work a processor, or lets it wait.
func (s *simulator) begin(i *instance, w *work) {
	if i.free == 0 {
		i.queue = append(i.queue, w)
		return
	}
	i.free--
	s.at(s.now+w.cost, event{what: completion, on: i, done: w})
}

func (s *simulator) complete(i *instance, w *work) {
	s.busy += w.cost
	if w.renders {
		i.places--
		if i.flights[w.page] == w {
			delete(i.flights, w.page)
		}
		if w.version == s.version && s.pages > 0 {
			i.kept[w.page] = i.order.PushFront(w.page)
			if i.order.Len() > s.pages {
				delete(i.kept, i.order.Remove(i.order.Back()).(page))
			}
		}
		for _, asked := range w.waiting {
			s.answered = append(s.answered, s.now-asked)
		}
	}
	if w.renders || w.cost == s.kept {
		s.answered = append(s.answered, s.now-w.asked)
	}
	if len(i.queue) > 0 {
		next := i.queue[0]
		i.queue = i.queue[1:]
		s.at(s.now+next.cost, event{what: completion, on: i, done: next})
		return
	}
	i.free++
}

// zipf draws numbers below n by Zipf's law with an exponent of 0 to 1 or more: the
// standard library's has only those above 1. It inverts the integral of the density.
type zipf struct {
	n    float64
	skew float64
}

func newZipf(n int, skew float64) zipf { return zipf{float64(n), skew} }

func (z zipf) draw(rnd *rand.Rand) int {
	u := rnd.Float64()
	var x float64
	if math.Abs(z.skew-1) < 1e-9 {
		x = math.Pow(z.n+1, u)
	} else {
		a := 1 - z.skew
		x = math.Pow(1+u*(math.Pow(z.n+1, a)-1), 1/a)
	}
	return min(int(x)-1, int(z.n)-1)
}
