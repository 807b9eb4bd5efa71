(function () {
  'use strict';
  function* count() {
    for (var i = 0; i < 3; i++) {
      var sent = yield i;
      if (sent) log(sent);
    }
  }
  var counter = count();
  log(counter.next().value);
  log(counter.next('sent').value);
})();
