(function () {
  {
    function late() {
      return 1;
    }
  }
  {
    let late = 2;
    log(late);
  }
  log(late());
})();
