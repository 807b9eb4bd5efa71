(function () {
  'use strict';
  function* count() {
    for (let i = 0; i < 3; i++) {
      const sent = yield i;
      if (sent) log(sent);
    }
  }
  const counter = count();
  log(counter.next().value);
  log(counter.next('sent').value);
})();
