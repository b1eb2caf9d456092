;; Prints what Flymake shows of the file that Eglot looks after as one line of JSON, once something came, and ends.  -*- lexical-binding: t -*-
(require 'json)

(defun print-and-end (&rest _)
  "Print what is shown, where there is something."
  (let ((shown (mapcar (lambda (one)
                         (save-excursion
                           (goto-char (flymake-diagnostic-beg one))
                           `((line . ,(line-number-at-pos))
                             (column . ,(1+ (current-column)))
                             (message . ,(flymake-diagnostic-text one)))))
                       (flymake-diagnostics))))
    (when shown
      (princ (concat (json-encode (vconcat shown)) "\n"))
      (kill-emacs 0))))

(find-file (car command-line-args-left))
;; What follows happens by itself where somebody sits at a screen.
(run-hooks 'post-command-hook)
(flymake-start)
(advice-add 'eglot--report-to-flymake :after #'print-and-end)
(while t (accept-process-output))
