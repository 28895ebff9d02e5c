package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Server returns an HTTP server for a handler with time and size limits on
// everything a stranger sends. Its own complaints go to log.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       uploadTime,
		WriteTimeout:      uploadTime + 15*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
