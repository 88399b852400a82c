B
softmax_13J tPM>‰éC>æÔS>9~U>årE>= O>‡“D>›N>µŒT>ë<I>
ùN>;õC>o;R>o;R>ÝšH>!N>-HI>QÜJ>ñR>QÜJ>cöN>·òC>cöN>:ˆU>J˜H>“N>Å(F>K«O>K«O>sL> ›O>ÑF>þM>¶2V>ÑF>ÈJ>ØŠD>óÛR>.V>0£G>