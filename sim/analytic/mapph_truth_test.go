package analytic

import (
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// qbdValue is a value that was computed elsewhere by two methods, which agree
// to digits.
type qbdValue struct {
	metric, statistic string
	want              float64
	digits            int
}

// qbdCase is a system of the public pack of exact values.
type qbdCase struct {
	name    string
	process arrivals.Process
	service distributions.Distribution
	servers int
	values  []qbdValue
}

func qbdTruth() []qbdCase {
	return []qbdCase{
		{"phph/E2-E2-1-r0.8", arrivals.Renewal{Gap: qbdErlang(2, 16.0)}, qbdErlang(2, 20.0), 1, []qbdValue{
			{"utilization", "mean", 0.7999999999999998, 12},
			{"throughput", "mean", 8.0, 12},
			{"queue_length", "mean", 1.492214438511236, 12},
			{"in_system", "mean", 2.2922144385112357, 12},
			{"wait", "mean", 0.1865268048139045, 12},
			{"latency", "mean", 0.28652680481390447, 12},
			{"wait_ratio", "mean", 0.7262284491910094, 12},
			{"wait", "p50", 0.10045963133164003, 9},
			{"wait", "p90", 0.50356184829211, 9},
			{"wait", "p95", 0.6768487023269261, 9},
			{"wait", "p99", 1.0792081814786316, 9},
			{"wait", "p999", 1.6548544547271975, 9},
			{"latency", "p50", 0.21251998647175846, 9},
			{"latency", "p90", 0.6151336630887982, 9},
			{"latency", "p95", 0.7884204787072397, 9},
			{"latency", "p99", 1.190779957814409, 9},
			{"latency", "p999", 1.7664262309351972, 9},
		}},
		{"phph/H2-H2-1-scv4-r0.9", arrivals.Renewal{Gap: qbdHyper([]float64{0.8872983346207417, 0.1127016653792583}, []float64{15.971370023173352, 2.0286299768266494})}, qbdHyper([]float64{0.8872983346207417, 0.1127016653792583}, []float64{17.745966692414832, 2.254033307585166}), 1, []qbdValue{
			{"utilization", "mean", 0.899999999999997, 12},
			{"throughput", "mean", 9.0, 12},
			{"queue_length", "mean", 32.579962849222554, 12},
			{"in_system", "mean", 33.47996284922255, 12},
			{"wait", "mean", 3.6199958721358394, 12},
			{"latency", "mean", 3.7199958721358395, 12},
			{"wait_ratio", "mean", 0.9468014860310434, 12},
			{"wait", "p50", 2.3665768453077836, 9},
			{"wait", "p90", 8.808492643253368, 9},
			{"wait", "p95", 11.582874766776445, 9},
			{"wait", "p99", 18.024790565337813, 9},
			{"wait", "p999", 27.24108848742295, 9},
			{"latency", "p50", 2.472119885278825, 8},
			{"latency", "p90", 8.914035683225826, 8},
			{"latency", "p95", 11.688417807974414, 8},
			{"latency", "p99", 18.13033360424201, 8},
			{"latency", "p999", 27.346631489617018, 8},
		}},
		{"phph/E2-E2-4-r0.9", arrivals.Renewal{Gap: qbdErlang(2, 72.0)}, qbdErlang(2, 20.0), 4, []qbdValue{
			{"utilization", "mean", 0.899999999999999, 12},
			{"throughput", "mean", 36.0, 12},
			{"queue_length", "mean", 3.362491238779208, 12},
			{"in_system", "mean", 6.962491238779204, 12},
			{"wait", "mean", 0.09340253441053355, 12},
			{"latency", "mean", 0.19340253441053357, 12},
			{"wait_ratio", "mean", 0.7266532379105269, 12},
			{"wait", "p50", 0.05043168718572198, 8},
			{"wait", "p90", 0.2519959541195285, 8},
			{"wait", "p95", 0.33863936957179974, 8},
			{"wait", "p99", 0.5398191088682416, 8},
			{"wait", "p999", 0.8276422454924816, 8},
			{"latency", "p50", 0.1604025838893941, 7},
			{"latency", "p90", 0.37769973530576517, 7},
			{"latency", "p95", 0.4655461739822246, 7},
			{"latency", "p99", 0.6674334497300702, 7},
			{"latency", "p999", 0.955344783374838, 7},
		}},
		{"phph/H2-H2-2-scv2-r0.8", arrivals.Renewal{Gap: qbdHyper([]float64{0.7886751345948129, 0.21132486540518713}, []float64{25.23760430703401, 6.762395692965988})}, qbdHyper([]float64{0.7886751345948129, 0.21132486540518713}, []float64{15.773502691896256, 4.226497308103743}), 2, []qbdValue{
			{"utilization", "mean", 0.8000000000000002, 12},
			{"throughput", "mean", 16.0, 12},
			{"queue_length", "mean", 5.771286897336428, 12},
			{"in_system", "mean", 7.371286897336429, 12},
			{"wait", "mean", 0.36070543108352676, 12},
			{"latency", "mean", 0.4607054310835268, 12},
			{"wait_ratio", "mean", 0.7769798636463054, 12},
			{"wait", "p50", 0.1811946530205332, 8},
			{"wait", "p90", 0.982746597180817, 8},
			{"wait", "p95", 1.330898016642634, 8},
			{"wait", "p99", 2.1392860521274533, 8},
			{"wait", "p999", 3.29582798012841, 8},
			{"latency", "p50", 0.2937492929121155, 7},
			{"latency", "p90", 1.1124308060521741, 7},
			{"latency", "p95", 1.462166486292159, 7},
			{"latency", "p99", 2.2716685384978863, 7},
			{"latency", "p999", 3.428411830770586, 7},
		}},
		{"phph/M-E2-5-r0.8", poisson(4.0), qbdErlang(2, 2.0), 5, []qbdValue{
			{"utilization", "mean", 0.7999999999999995, 12},
			{"throughput", "mean", 4.0, 12},
			{"queue_length", "mean", 1.692904290168666, 12},
			{"in_system", "mean", 5.692904290168663, 12},
			{"wait", "mean", 0.4232260725421665, 12},
			{"latency", "mean", 1.4232260725421666, 12},
			{"wait_ratio", "mean", 0.5484104297137812, 12},
			{"wait", "p50", 0.08331647393482595, 9},
			{"wait", "p90", 1.2956385771565293, 9},
			{"wait", "p95", 1.8028886911475213, 9},
			{"wait", "p99", 2.980463242863792, 9},
			{"wait", "p999", 4.665178389592888, 9},
			{"latency", "p50", 1.2134346066730872, 7},
			{"latency", "p90", 2.725596957972575, 7},
			{"latency", "p95", 3.299766989810855, 7},
			{"latency", "p99", 4.568531472925276, 7},
			{"latency", "p999", 6.310601968471056, 7},
		}},
		{"phph/M-H2-8-scv4-r0.9", poisson(72.0), qbdHyper([]float64{0.8872983346207417, 0.1127016653792583}, []float64{17.745966692414832, 2.254033307585166}), 8, []qbdValue{
			{"utilization", "mean", 0.8999999999999981, 12},
			{"throughput", "mean", 72.0, 12},
			{"queue_length", "mean", 14.789637547836808, 12},
			{"in_system", "mean", 21.989637547836793, 12},
			{"wait", "mean", 0.20541163260884454, 12},
			{"latency", "mean", 0.3054116326088445, 12},
			{"wait_ratio", "mean", 0.7162680713779274, 12},
			{"wait", "p50", 0.077089941696863, 8},
			{"wait", "p90", 0.5959250572260496, 8},
			{"wait", "p95", 0.8260026017235576, 8},
			{"wait", "p99", 1.360306285777199, 8},
			{"wait", "p999", 2.1247267765003626, 8},
			{"latency", "p50", 0.17266895558956888, 8},
			{"latency", "p90", 0.7666488451506872, 8},
			{"latency", "p95", 1.0365817342136943, 8},
			{"latency", "p99", 1.6785459886989564, 8},
			{"latency", "p999", 2.630772886511243, 8},
		}},
		{"phph/E4-Cox2-2-r0.85", arrivals.Renewal{Gap: qbdErlang(4, 68.0)}, qbdPhases([]float64{1.0, 0.0}, [][]float64{{-20.0, 4.0}, {0.0, -4.0}}), 2, []qbdValue{
			{"utilization", "mean", 0.8499999999999983, 12},
			{"throughput", "mean", 17.0, 12},
			{"queue_length", "mean", 5.681888771562441, 12},
			{"in_system", "mean", 7.381888771562438, 12},
			{"wait", "mean", 0.3342287512683789, 12},
			{"latency", "mean", 0.4342287512683789, 12},
			{"wait_ratio", "mean", 0.7142714659293955, 12},
			{"wait", "p50", 0.14643645891796683, 8},
			{"wait", "p90", 0.9437931332482158, 8},
			{"wait", "p95", 1.2884979894852078, 8},
			{"wait", "p99", 2.0888779062407887, 8},
			{"wait", "p999", 3.2339626907712296, 8},
			{"latency", "p50", 0.26183694755015074, 8},
			{"latency", "p90", 1.0827091699394984, 8},
			{"latency", "p95", 1.4300913703909557, 8},
			{"latency", "p99", 2.2326049522735407, 8},
			{"latency", "p999", 3.3781751666454616, 8},
		}},
		{"mmpp/c1-mild-r0.7", must(arrivals.NewMMPP([]float64{9.0, 4.0}, [][]float64{{-0.5, 0.5}, {0.75, -0.75}})), exponential(10.0), 1, []qbdValue{
			{"utilization", "mean", 0.6999999999999998, 12},
			{"throughput", "mean", 7.0, 12},
			{"queue_length", "mean", 2.403112889308529, 12},
			{"in_system", "mean", 3.103112889308529, 12},
			{"wait", "mean", 0.34330184132978986, 12},
			{"latency", "mean", 0.4433018413297899, 12},
			{"wait_ratio", "mean", 0.7444760952156141, 12},
			{"wait", "p50", 0.1768931446913447, 9},
			{"wait", "p90", 0.934127435034899, 9},
			{"wait", "p95", 1.2647652181844697, 9},
			{"wait", "p99", 2.03316279397951, 9},
			{"wait", "p999", 3.1326325740066183, 9},
			{"latency", "p50", 0.2930194662745619, 9},
			{"latency", "p90", 1.0464969285861865, 9},
			{"latency", "p95", 1.377012946833678, 9},
			{"latency", "p99", 2.1453737312000847, 9},
			{"latency", "p999", 3.2448421679049253, 9},
		}},
		{"mmpp/c1-burst-transient-overload-r0.75", must(arrivals.NewMMPP([]float64{20.0, 5.0}, [][]float64{{-0.2, 0.2}, {0.04, -0.04}})), exponential(10.0), 1, []qbdValue{
			{"utilization", "mean", 0.7500000000000121, 12},
			{"throughput", "mean", 7.5, 12},
			{"queue_length", "mean", 44.23529742183618, 12},
			{"in_system", "mean", 44.985297421836194, 12},
			{"wait", "mean", 5.898039656244824, 12},
			{"latency", "mean", 5.998039656244823, 12},
			{"wait_ratio", "mean", 0.8307842872920272, 12},
			{"wait", "p50", 2.5801772480062293, 8},
			{"wait", "p90", 16.632369296602654, 8},
			{"wait", "p95", 22.684321691943623, 8},
			{"wait", "p99", 36.73651998760622, 8},
			{"wait", "p999", 56.84067067860865, 8},
			{"latency", "p50", 2.6807556620714985, 9},
			{"latency", "p90", 16.732946371176865, 9},
			{"latency", "p95", 22.78489876623633, 9},
			{"latency", "p99", 36.837097055581026, 9},
			{"latency", "p999", 56.94124771788121, 9},
		}},
		{"mmpp/c4-ipp-idc20-r0.8", must(arrivals.NewMMPP([]float64{64.0, 0.0}, [][]float64{{-1.684, 1.684}, {1.684, -1.684}})), exponential(10.0), 4, []qbdValue{
			{"utilization", "mean", 0.8000000000000022, 12},
			{"throughput", "mean", 32.0, 12},
			{"queue_length", "mean", 31.36905154965845, 12},
			{"in_system", "mean", 34.56905154965846, 12},
			{"wait", "mean", 0.9802828609268266, 12},
			{"latency", "mean", 1.0802828609268267, 12},
			{"wait_ratio", "mean", 0.9326720198829016, 12},
			{"wait", "p50", 0.6552710202478292, 8},
			{"wait", "p90", 2.3468671737199593, 8},
			{"wait", "p95", 3.0753979827475435, 8},
			{"wait", "p99", 4.766994136219662, 8},
			{"wait", "p999", 7.187121098719064, 8},
			{"latency", "p50", 0.7603209961850704, 7},
			{"latency", "p90", 2.451949383843215, 7},
			{"latency", "p95", 3.1804801924233446, 7},
			{"latency", "p99", 4.872076346829051, 7},
			{"latency", "p999", 7.292203284164328, 7},
		}},
		{"mmpp/c8-ipp-idc100-r0.7", must(arrivals.NewMMPP([]float64{168.0, 0.0}, [][]float64{{-1.5085, 1.5085}, {0.75425, -0.75425}})), exponential(10.0), 8, []qbdValue{
			{"utilization", "mean", 0.7000000000000117, 12},
			{"throughput", "mean", 56.0, 12},
			{"queue_length", "mean", 89.59545586174963, 12},
			{"in_system", "mean", 95.19545586174972, 12},
			{"wait", "mean", 1.5999188546741006, 12},
			{"latency", "mean", 1.6999188546741006, 12},
			{"wait_ratio", "mean", 0.9562489159994857, 12},
			{"wait", "p50", 1.0848677704994514, 8},
			{"wait", "p90", 3.7776499723376014, 8},
			{"wait", "p95", 4.937368142666321, 8},
			{"wait", "p99", 7.630150344504605, 8},
			{"wait", "p999", 11.482650716671104, 8},
			{"latency", "p50", 1.1879804874202078, 7},
			{"latency", "p90", 3.8807630845600087, 7},
			{"latency", "p95", 5.040481254550479, 7},
			{"latency", "p99", 7.733263456815717, 7},
			{"latency", "p999", 11.585763805000955, 7},
		}},
		{"mmpp/map-E2-1-r0.8", must(arrivals.NewMAP([][]float64{{-12.0, 1.0}, {0.2, -3.0}}, [][]float64{{10.5, 0.5}, {0.3, 2.5}})), qbdErlang(2, 12.124999999999998), 1, []qbdValue{
			{"utilization", "mean", 0.7999999999999989, 12},
			{"throughput", "mean", 4.85, 12},
			{"queue_length", "mean", 7.102409313880775, 12},
			{"in_system", "mean", 7.902409313880774, 12},
			{"wait", "mean", 1.4644142915218095, 12},
			{"latency", "mean", 1.629362745130057, 12},
			{"wait_ratio", "mean", 0.8688415742829688, 12},
			{"wait", "p50", 0.8980279231899816, 8},
			{"wait", "p90", 3.6985264614185205, 8},
			{"wait", "p95", 4.905054615021848, 8},
			{"wait", "p99", 7.706526233512736, 8},
			{"wait", "p999", 11.714526006196909, 8},
			{"latency", "p50", 1.0673566721205296, 9},
			{"latency", "p90", 3.8675106394638394, 9},
			{"latency", "p95", 5.074038793839591, 9},
			{"latency", "p99", 7.875510413252618, 9},
			{"latency", "p999", 11.883510181108107, 9},
		}},
		{"mmpp/mmpp-PH3-1-r0.75", must(arrivals.NewMMPP([]float64{3.0, 0.5}, [][]float64{{-0.1, 0.1}, {0.2, -0.2}})), qbdPhases([]float64{0.6, 0.4, 0.0}, [][]float64{{-4.116666666666667, 1.3722222222222225, 0.6861111111111112}, {0.0, -10.97777777777778, 5.48888888888889}, {0.0, 0.0, -2.744444444444445}}), 1, []qbdValue{
			{"utilization", "mean", 0.7499999999999996, 12},
			{"throughput", "mean", 2.1666666666666665, 12},
			{"queue_length", "mean", 5.728898933275382, 12},
			{"in_system", "mean", 6.4788989332753815, 12},
			{"wait", "mean", 2.6441071999732535, 12},
			{"latency", "mean", 2.9902610461270998, 12},
			{"wait_ratio", "mean", 0.8552096786992466, 12},
			{"wait", "p50", 1.6463398934390197, 8},
			{"wait", "p90", 6.658789712910184, 8},
			{"wait", "p95", 8.817908647777893, 8},
			{"wait", "p99", 13.831227658556225, 8},
			{"wait", "p999", 21.003665646250465, 8},
			{"latency", "p50", 2.016786288962765, 9},
			{"latency", "p90", 7.027871403950671, 9},
			{"latency", "p95", 9.186990274464012, 9},
			{"latency", "p99", 14.200309275391513, 9},
			{"latency", "p999", 21.372747287885367, 9},
		}},
	}
}

// qbdJudge holds metrics to the values as the pack's own program does.
func qbdJudge(t *testing.T, name string, m Metrics, values []qbdValue) {
	t.Helper()
	for _, v := range values {
		got, ok := m[v.metric][v.statistic]
		if !ok {
			t.Errorf("%s: no %s.%s", name, v.metric, v.statistic)
			continue
		}
		within(t, name+" "+v.metric+"."+v.statistic, got, v.want, math.Pow(10, -math.Min(float64(v.digits), 8)))
	}
}

// TestMAPPHTruth is about the 13 systems of the families phph and mmpp.
func TestMAPPHTruth(t *testing.T) {
	for _, c := range qbdTruth() {
		sol := qbdSolve(t, qbdSystem(c.process, c.service, c.servers))
		if !sol.Exact {
			t.Errorf("%s: not exact", c.name)
		}
		qbdJudge(t, c.name, sol.Metrics, c.values)
	}
}
