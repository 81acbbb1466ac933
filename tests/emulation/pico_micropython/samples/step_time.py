# Takes steps with what may be at the terminals, and says how long one took, the clock included.
import time

import smallbms
from machine import UART, Pin

line = UART(0, 115200, tx=Pin(0), rx=Pin(1))
state = smallbms.State()
inputs = smallbms.Inputs()
out = smallbms.Outputs()
smallbms.init(state)
worst = total = 0
for k in range(2000):
    inputs.remote_l_mv = 0 if k & 3 else 26000
    inputs.remote_h_mv = (k & 7) * 4000
    inputs.supply_mv = 26000
    inputs.loop_closed = 0 if k & 255 == 255 else 1
    inputs.valid = 0 if k & 127 == 127 else 1
    inputs.pre_alarm = k >> 4 & 1
    inputs.low_cell = k >> 5 & 1
    inputs.high_cell = k >> 6 & 1
    inputs.too_cold = k >> 7 & 1
    inputs.too_hot = k >> 8 & 1
    inputs.dt_ms = 10 + (k & 63)
    begin = time.ticks_us()
    smallbms.step(state, inputs, out)
    taken = time.ticks_diff(time.ticks_us(), begin)
    total += taken
    worst = max(worst, taken)
line.write("mean {} worst {}\n".format(total // 2000, worst))
while True:
    time.sleep_ms(1000)
