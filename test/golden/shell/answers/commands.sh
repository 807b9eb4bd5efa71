# What the kernel and the shell say to what is wrong.
cd /sys/class/remoteproc/remoteproc0
echo begin > state
echo stop > state; echo $?
echo detach > state
echo '' > firmware
echo nothing.elf > firmware
echo start > state || echo "failed with $?"
echo meter.elf > firmware
echo start > state
echo other.elf > firmware
echo off > recovery
echo partial > coredump
cat crash
echo 1 > name
cat /dev/nothing && echo not reached
cat /sys
ls /nowhere /lib/firmware
echo start > /dev/remoteproc0
echo -n s > /dev/remoteproc0
echo nine > /sys/kernel/debug/remoteproc/remoteproc0/crash
cat /sys/kernel/debug/remoteproc/remoteproc0/crash
modprobe nothing
modprobe rpmsg_client_sample speed=1
rmmod rpmsg_client_sample
rm /sys/class/remoteproc/remoteproc0/state
echo text > /usr/file
frobnicate
echo "unterminated
cat < /lib/firmware/none
for i in 1 2; do echo $i; done
echo $(ls)
echo a; ; echo b
sleep
true && false || echo 'both ways' | grep -c way
cp /lib/firmware/meter.elf /lib/firmware/copy.elf; rm /lib/firmware/meter.elf; ls /lib/firmware
mv /lib/firmware/copy.elf /lib/firmware/meter.elf && wc -c /lib/firmware/meter.elf | grep -c '^[0-9]* /lib'
exit 7
echo not reached
