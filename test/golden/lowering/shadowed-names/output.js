var x = 1;
{
    var x_1 = 2;
    {
        var x_2 = 3;
        say(x_2);
    }
    say(x_1);
}
for (var x_3 = 4; x_3 < 5; x_3++)
    say(x_3);
say(x);
