// Package meter counts what this process does, for ops/metrics to give out: rooms count
// as they go. What can be asked for when somebody looks is not counted here.
package meter

import "github.com/prometheus/client_golang/prometheus"

// Names and help of what is counted. Labels have few values, and none that a visitor
// writes: a series is never given back.
var (
	requests = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "praksis_http_requests_total",
		Help: "Requests answered, by the pattern of the route, the method and the status. 499 is a client that left before the answer."}, []string{"route", "method", "code"})
	seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "praksis_http_request_duration_seconds",
		Help:    "Time from a request's first line until its answer is written, by the pattern of the route.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"route"})
	sent = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "praksis_http_response_bytes_total",
		Help: "Bytes of the bodies of answers as they were sent, by the pattern of the route."}, []string{"route"})
	inFlight = prometheus.NewGauge(prometheus.GaugeOpts{Name: "praksis_http_requests_in_flight",
		Help: "Requests that are being answered now."})
	mails = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "praksis_mail_attempts_total",
		Help: "Attempts of this process to send a mail, by what came of them: sent, failed (it is tried again) or given_up."}, []string{"result"})
)

// The results of an attempt to send a mail.
var (
	MailSent    = mails.WithLabelValues("sent")
	MailFailed  = mails.WithLabelValues("failed")
	MailGivenUp = mails.WithLabelValues("given_up")
)

// Register gives everything that is counted to a registry.
func Register(r prometheus.Registerer) {
	r.MustRegister(requests, seconds, sent, inFlight, mails)
}
