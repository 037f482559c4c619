//! Standard output and standard error.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write};

use crate::exit::Exit;
use crate::render::clean;

/// Where answers and complaints go.
pub(crate) struct Output {
    out: BufWriter<Stdout>,
    /// Whether people see the answer with colours.
    pub(crate) colour: bool,
    /// Whether people see complaints with colours.
    pub(crate) error_colour: bool,
    /// How the command ends if its answer is not read to the end.
    ending: Exit,
}

/// What ends a command early.
pub(crate) enum Failure {
    /// Something to say, with nothing in it that steers a terminal, and how it ends.
    Said(String, Exit),
    /// The answer could not be written.
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Failure {
    /// The question or its input is wrong. The message is one line, whatever the names in it.
    pub(crate) fn wrong(message: impl AsRef<str>) -> Self {
        Self::Said(clean(message.as_ref()).into_owned(), Exit::Wrong)
    }
}

impl Output {
    pub(crate) fn new() -> Self {
        let out = io::stdout();
        // https://no-color.org
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = wanted && out.is_terminal();
        let error_colour = wanted && io::stderr().is_terminal();
        Self {
            out: BufWriter::new(out),
            colour,
            error_colour,
            ending: Exit::Done,
        }
    }

    /// Says something that is not the answer. Nobody is left to tell if that fails.
    pub(crate) fn complain(&mut self, message: &str) {
        let _ = self.out.flush();
        let _ = writeln!(io::stderr(), "{message}");
    }

    /// Notes how the command ends, before its answer is written; the gravest counts. A reader who goes away does not change it.
    pub(crate) fn will_end(&mut self, exit: Exit) {
        self.ending = self.ending.max(exit);
    }

    /// Ends the command. A reader who went away, as `head` does, is no error.
    pub(crate) fn finish(mut self, ended: Result<Exit, Failure>) -> Exit {
        let ended = ended.and_then(|exit| Ok(self.out.flush().map(|()| exit)?));
        match ended {
            Ok(exit) => exit,
            Err(Failure::Said(message, exit)) => {
                self.complain(&format!("error: {message}"));
                exit
            }
            Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => self.ending,
            Err(Failure::Io(error)) => {
                self.complain(&format!("error: cannot write the answer: {error}"));
                Exit::Wrong
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
