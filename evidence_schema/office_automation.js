// Has Word, Excel and PowerPoint, or WPS, turn files into PDF: nothing in them runs, nothing is asked, nothing is saved.
//
// cscript //NoLogo //B //E:jscript office_automation.js LIST
//
// LIST is UTF-16 with a byte-order mark. Each of its lines: what the file is (text, sheets, slides), the program by the
// name that Windows knows it by, "macros" where the file may hold some, the file, and the PDF to write. What could not
// be turned has no PDF afterwards. JScript 5: no const, no let, no JSON, no arrow functions.

var FORCE_DISABLE = 3; // MsoAutomationSecurity
var NO_PASSWORD = "\u0001"; // a file that is locked fails on it, and opens no window to ask for one

function attempt(step) {
  try {
    step();
    return true;
  } catch (error) {
    return false;
  }
}

var KINDS = {
  text: {
    open: function (app) { return app.Documents.Count; },
    prepare: function (app) {
      app.Visible = false;
      app.DisplayAlerts = 0;
    },
    convert: function (app, file, pdf) {
      // FileName, ConfirmConversions, ReadOnly, AddToRecentFiles, PasswordDocument
      var text = app.Documents.Open(file, false, true, false, NO_PASSWORD);
      try {
        // to PDF, not opened afterwards, for print, all pages, without marks of changes and comments
        text.ExportAsFixedFormat(pdf, 17, false, 0, 0, 1, 1, 0);
      } finally {
        text.Close(0);
      }
    }
  },
  sheets: {
    open: function (app) { return app.Workbooks.Count; },
    prepare: function (app) {
      app.Visible = false;
      app.DisplayAlerts = false;
      app.EnableEvents = false;
    },
    convert: function (app, file, pdf) {
      // Filename, UpdateLinks (never), ReadOnly, Format, Password
      var book = app.Workbooks.Open(file, 0, true, 5, NO_PASSWORD);
      try {
        // to PDF, for print, without what the properties say, within the print areas
        book.ExportAsFixedFormat(0, pdf, 0, false, false);
      } finally {
        book.Close(false);
      }
    }
  },
  slides: {
    open: function (app) { return app.Presentations.Count; },
    prepare: function (app) {
      app.DisplayAlerts = 1;
    },
    convert: function (app, file, pdf) {
      // FileName, ReadOnly, Untitled, WithWindow
      var slides = app.Presentations.Open(file, -1, 0, 0);
      try {
        slides.SaveAs(pdf, 32);
      } finally {
        slides.Close();
      }
    }
  }
};

// A program that somebody works in is left as it is: PowerPoint and WPS give out the one that runs.
function start(kind, program) {
  var app = new ActiveXObject(program);
  var shared = true;
  attempt(function () { shared = kind.open(app) > 0; });
  var secured = attempt(function () { app.AutomationSecurity = FORCE_DISABLE; });
  if (!shared) {
    attempt(function () { kind.prepare(app); });
  }
  return { app: app, shared: shared, secured: secured && app.AutomationSecurity === FORCE_DISABLE };
}

function end(running) {
  if (running !== null && !running.shared) {
    attempt(function () { running.app.Quit(); });
  }
}

function readLines(path) {
  var stream = new ActiveXObject("Scripting.FileSystemObject").OpenTextFile(path, 1, false, -1);
  var lines = [];
  while (!stream.AtEndOfStream) {
    lines.push(stream.ReadLine());
  }
  stream.Close();
  return lines;
}

function convertAll(lines) {
  var running = null;
  var program = "";
  for (var at = 0; at < lines.length; at++) {
    var words = lines[at].split("\t");
    var kind = KINDS[words[0]];
    if (running === null || program !== words[1]) {
      end(running);
      running = null;
      program = words[1];
      if (!attempt(function () { running = start(kind, program); })) {
        continue;
      }
    }
    if (words[2] === "macros" && !running.secured) {
      continue;
    }
    if (!attempt(function () { kind.convert(running.app, words[3], words[4]); })) {
      end(running); // it may be the program that failed: the next file gets another
      running = null;
    }
  }
  end(running);
}

convertAll(readLines(WScript.Arguments(0)));
